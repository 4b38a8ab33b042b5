/** A version as it is compared: its numbers, and whether it is a preliminary one of them (`3.15.0rc1`, `2.16.0.dev3`). */
interface Version {
  readonly numbers: readonly number[]
  readonly preliminary: boolean
}

function parse(text: string): Version | undefined {
  const [, digits, rest = ''] = /^v?(\d+(?:\.\d+)*)(.*)$/.exec(text.trim()) ?? []
  // What follows a plus names the build (`2.15.0+cpu`), not another version.
  return digits === undefined
    ? undefined
    : { numbers: digits.split('.').map(Number), preliminary: /^[-.]?[a-z]/i.test(rest) }
}

/** Below zero where a comes before b. Missing numbers are zeros: 4 is 4.0.0. */
function compare(a: Version, b: Version): number {
  const length = Math.max(a.numbers.length, b.numbers.length)
  for (let at = 0; at < length; at++) {
    const difference = (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0)
    if (difference !== 0) return difference
  }
  return Number(b.preliminary) - Number(a.preliminary)
}

/** Without an operator, as many numbers as are given must agree: 3.15 is every 3.15.x. */
const agrees = (version: Version, { numbers, preliminary }: Version): boolean =>
  numbers.every((number, at) => (version.numbers[at] ?? 0) === number) && (!preliminary || version.preliminary)

const operators: Readonly<Record<string, (version: Version, bound: Version) => boolean>> = {
  '>=': (version, bound) => compare(version, bound) >= 0,
  '<=': (version, bound) => compare(version, bound) <= 0 || agrees(version, bound),
  '>': (version, bound) => compare(version, bound) > 0 && !agrees(version, bound),
  '<': (version, bound) => compare(version, bound) < 0,
  '=': agrees,
  '': agrees,
}

const comparator = /^(>=|<=|>|<|=|)(v?\d[\w.+-]*)$/

/** A range, such as `>=3.15 <4` (or as pip has it, `>=3.15,<4`), `3.15` or `3.14 || 3.15`, as a test; undefined where it is none. */
export function versionRange(text: string): ((version: string) => boolean) | undefined {
  const alternatives = text.split('||').map(part => comparators(part.trim()))
  if (alternatives.some(all => all === undefined)) return undefined
  return given => {
    const version = parse(given)
    return version !== undefined && alternatives.some(all => all!.every(holds => holds(version)))
  }
}

function comparators(text: string): ((version: Version) => boolean)[] | undefined {
  const parts = text.replace(/([<>=])\s+/g, '$1').split(/\s*,\s*|\s+/)
  const tests = parts.map(part => {
    const [, operator = '', number = ''] = comparator.exec(part) ?? []
    const bound = parse(number)
    return bound && ((version: Version) => operators[operator]!(version, bound))
  })
  return tests.every(test => test !== undefined) ? tests : undefined
}
