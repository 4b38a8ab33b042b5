import type { Rule } from '../../language/rule.ts'
import type { Statement } from '../../language/tree.ts'
import { likeness, type Marked, marked, type Term, termsOf } from './terms.ts'
import { inverse, type Names } from './vocabulary.ts'

/** A statement of a formula with its terms. */
export interface Line {
  readonly target: string
  readonly terms: readonly Marked[]
}

/** Two statements that do the same work, or one that the other rule does not have. */
export interface Row {
  readonly a?: Line
  readonly b?: Line
  /** Whether they are the same but for names. */
  readonly same: boolean
}

/** Two formulas statement beside statement. */
export interface Alignment {
  readonly rows: readonly Row[]
  /** State variables of the second rule by those of the first. */
  readonly state: Names
  /** What a name of the second rule is called in the first; one that the first lacks is called by no name of it. */
  readonly called: (id: string) => string
}

/** Variables with other names are taken for each other from here on: more of their statements is shared than not. */
const alike = 0.6

/** Aligns two formulas; `hyper` gives the hyper-parameters of the second by those of the first. */
export function align(a: Rule, b: Rule, hyper: Names): Alignment {
  const ground = new Map([...inverse(hyper), ...['x', 'g', 't'].map(id => [id, id] as const)])
  const variables = new Map(inverse(stateNames(a, b)))
  const locals = (rule: Rule): string[] => rule.step.filter(({ role }) => role === 'local').map(({ target }) => target)
  for (const id of locals(b)) if (locals(a).includes(id)) variables.set(id, id)
  const called = (id: string): string => ground.get(id) ?? variables.get(id) ?? unknown(id)
  // Variables that turn out to be the same make more statements the same.
  for (;;) {
    const pairs = bestPairs(a.step, b.step, called, new Set(variables.values()))
    const more = pairs.filter(([left, right]) => left && right && called(right.target) !== left.target)
    for (const [left, right] of more) variables.set(right!.target, left!.target)
    if (more.length > 0) continue
    const state = inverse(new Map([...variables].filter(([id]) => Object.hasOwn(b.state, id))))
    return { rows: pairs.map(pair => rowOf(pair, called)), state, called }
  }
}

/** No name of any rule. */
const unknown = (id: string): string => `${id}'`

/** State that means the same: by its meaning in words, its name, the framework's name, or because nothing else is left. */
function stateNames(a: Rule, b: Rule): Names {
  const found = new Map<string, string>()
  const left = (): [Rule['state'][string][], Rule['state'][string][]] => [
    Object.values(a.state).filter(({ name }) => !found.has(name)),
    Object.values(b.state).filter(({ name }) => ![...found.values()].includes(name)),
  ]
  for (const field of ['meaning', 'name', 'as'] as const) {
    for (const one of left()[0]) {
      const other = left()[1].find(each => one[field] !== '' && each[field] === one[field])
      if (other) found.set(one.name, other.name)
    }
  }
  const [mine, theirs] = left()
  if (mine.length === 1 && theirs.length === 1) found.set(mine[0]!.name, theirs[0]!.name)
  return found
}

type Pair = readonly [Statement | undefined, Statement | undefined]

/** The pairing in order that keeps most: targets first, then what the statements have in common. */
function bestPairs(
  a: readonly Statement[],
  b: readonly Statement[],
  called: (id: string) => string,
  known: ReadonlySet<string>,
): Pair[] {
  const worth = a.map(left => b.map(right => worthOf(left, right, called, known)))
  const best = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i]![j] = Math.max(best[i + 1]![j]!, best[i]![j + 1]!, worth[i]![j]! + best[i + 1]![j + 1]!)
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const gain = worth[i]?.[j] ?? 0
    if (gain > 0 && best[i]![j] === gain + best[i + 1]![j + 1]!) pairs.push([a[i++], b[j++]])
    else if (j >= b.length || (i < a.length && best[i]![j] === best[i + 1]![j]!)) pairs.push([a[i++], undefined])
    else pairs.push([undefined, b[j++]])
  }
  return pairs
}

function worthOf(
  left: Statement,
  right: Statement,
  called: (id: string) => string,
  known: ReadonlySet<string>,
): number {
  if (left.role !== right.role) return 0
  const shared = likeness(termsOf(left.value), termsOf(right.value, called))
  if (left.target === called(right.target)) return 1 + shared
  const free = called(right.target) === unknown(right.target) && !known.has(left.target)
  return free && shared >= alike ? shared : 0
}

function rowOf([left, right]: Pair, called: (id: string) => string): Row {
  const whole = (terms: readonly Term[]): Marked[] => terms.map(term => ({ ...term, differs: true }))
  if (!left) return { b: { target: right!.target, terms: whole(termsOf(right!.value, called)) }, same: false }
  if (!right) return { a: { target: left.target, terms: whole(termsOf(left.value)) }, same: false }
  const both = marked(termsOf(left.value), termsOf(right.value, called))
  return {
    a: { target: left.target, terms: both.a },
    b: { target: right.target, terms: both.b },
    same: [...both.a, ...both.b].every(({ differs }) => !differs),
  }
}
