import { type Place, RuleError } from './error.ts'

export interface Token {
  readonly type: 'number' | 'name' | 'symbol'
  readonly text: string
  readonly offset: number
}

/** Characters and spellings that look like mathematics but are refused, each with what to write instead. */
const traps: readonly (readonly [RegExp, string, string])[] = [
  [/[×·⋅∗]/y, 'is not an operator of the rule language', 'Write * for a product.'],
  [/[−–—]/y, 'is not a minus sign of the rule language', 'Write the ASCII hyphen - for minus.'],
  [/[÷∕⁄]/y, 'is not an operator of the rule language', 'Write / for a quotient.'],
  [/√/y, 'is not a function of the rule language', 'Write sqrt(...) for a square root.'],
  [/[≤≥≠]/y, 'is not an operator of the rule language', 'Write <=, >= or !=.'],
  [/[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿᵗ]/y, 'is a superscript', 'Write a power with ^, for example a^2 or beta1^t.'],
  [/[₀₁₂₃₄₅₆₇₈₉ₜ]/y, 'is a subscript', 'Write names in plain letters and digits, for example beta1.'],
  [
    /\p{L}/uy,
    'is not a letter of the rule language',
    'Write names in plain letters, digits and _, for example beta1 for β₁.',
  ],
  [/\*\*/y, 'is not an operator of the rule language', 'Write ^ for a power.'],
  [/\.[*/^']/y, 'is not an operator of the rule language', 'All operations are elementwise already: drop the dot.'],
  [/&&?/y, 'is not an operator of the rule language', 'Write and.'],
  [/\|\|?/y, 'is not an operator of the rule language', 'Write or; for |a| write abs(a).'],
  [/(<<|>>>?|~)/y, 'is not an operator of the rule language', 'There are no bit operations.'],
  [/:=|[←→⟵]/y, 'is not an assignment', 'Write =.'],
  [/[=!]==/y, 'is not a comparison of the rule language', 'Write == or !=.'],
  [/<>/y, 'is not a comparison of the rule language', 'Write !=.'],
  [/=</y, 'is not a comparison of the rule language', 'Write <=.'],
  [/\/[*/]/y, 'does not begin a comment', 'Comments begin with #.'],
  [/[+\-*/]=/y, 'is not an assignment', 'Write it out, for example x = x - ...'],
  [/=>|->/y, 'is not part of the rule language', 'A rule is a list of assignments.'],
  [/'/y, 'would be a transposition', 'Name a new value, for example x_new.'],
  [/!(?!=)/y, 'would be a factorial', 'Write not a for a negated condition.'],
  [/%/y, 'would be a percentage or a remainder', 'Write 5 % as 0.05.'],
  [
    /[[\]{}]/y,
    'is not part of the rule language',
    'There are no arrays or objects: every tensor is written by its name.',
  ],
  [/["`]/y, 'begins a text', 'There are no texts in rules.'],
  [/;/y, 'would end a statement silently', 'Write one assignment a line.'],
]

const patterns: readonly (readonly [Token['type'], RegExp])[] = [
  ['number', /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['symbol', /<=|>=|==|!=|[-+*/^()?:,<>=]/y],
]

const match = (pattern: RegExp, text: string, offset: number): string | undefined => {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

/** Splits a text into numbers, names and symbols with their offsets; white space and `# comments` are passed over. */
export function tokenize(text: string, place: (offset: number) => Place): Token[] {
  const tokens: Token[] = []
  let offset = 0
  while (offset < text.length) {
    const blank = match(/\s+|#[^\n]*/y, text, offset)
    const token = blank === undefined ? next(text, offset, place) : undefined
    if (token) tokens.push(token)
    offset += (blank ?? token!.text).length
  }
  return tokens
}

function next(text: string, offset: number, place: (offset: number) => Place): Token {
  for (const [type, pattern] of patterns) {
    const found = match(pattern, text, offset)
    if (found === undefined) continue
    if (type === 'symbol') refuseTraps(text, offset, place)
    if (type === 'number') refuseBadNumber(found, text, offset, place)
    return { type, text: found, offset }
  }
  refuseTraps(text, offset, place)
  throw new RuleError(
    `${visible(text.codePointAt(offset)!)} is not part of the rule language.`,
    'Use + - * / ^ ( ) ? : < <= > >= == != and names.',
    place(offset),
  )
}

/** A character in quotes, or its number where it cannot be seen. */
function visible(code: number): string {
  const character = String.fromCodePoint(code)
  return /\p{C}/u.test(character) ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}` : `'${character}'`
}

function refuseTraps(text: string, offset: number, place: (offset: number) => Place): void {
  for (const [pattern, problem, hint] of traps) {
    const found = match(pattern, text, offset)
    if (found !== undefined) throw new RuleError(`'${found}' ${problem}.`, hint, place(offset))
  }
}

function refuseBadNumber(number: string, text: string, offset: number, place: (offset: number) => Place): void {
  const after = match(/[A-Za-z_]\w*/y, text, offset + number.length)
  if (after !== undefined) {
    const hint =
      /^[xbo]/i.test(after) && number === '0'
        ? 'Numbers are decimal.'
        : `Products are written out: ${number} * ${after}.`
    throw new RuleError(`'${number}${after}' is neither a number nor a name.`, hint, place(offset))
  }
  const value = Number(number)
  if (!Number.isFinite(value)) {
    throw new RuleError(`${number} is too large for binary64.`, 'The largest number is about 1.8e308.', place(offset))
  }
  if (value === 0 && /[1-9]/.test(number.split(/e/i)[0]!)) {
    throw new RuleError(
      `${number} is too small for binary64 and would be read as 0.`,
      'The smallest number is about 4.9e-324.',
      place(offset),
    )
  }
}

/** Refuses a text that is not one decimal number of binary64 range; `-` may stand before it. */
export function checkDecimal(text: string, field: string): void {
  const place = (offset: number): Place => ({ field, text, offset })
  const tokens = tokenize(text, place)
  const digits = tokens[0]?.text === '-' ? tokens.slice(1) : tokens
  if (digits.length !== 1 || digits[0]!.type !== 'number' || Number.isNaN(Number(text))) {
    throw new RuleError(`'${text}' is not a decimal number.`, 'Write for example 0.001 or 1e-8.', place(0))
  }
}
