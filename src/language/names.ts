/** Functions of the rule language and how many arguments each takes. */
export const functions: Readonly<Record<string, number>> = {
  sqrt: 1,
  abs: 1,
  sign: 1,
  min: 2,
  max: 2,
  fl: 1,
  first: 1,
  sum: 4,
  prod: 4,
}

export const hostName = 'is a name of the host language'

/** Words that the grammar uses, and names that the parser would read as constants, units or operators. */
const reserved: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['and', 'or', 'not', 'xor', 'mod', 'to', 'in', 'end'].map(word => [word, 'is an operator of the parser']),
  ),
  ...Object.fromEntries(
    [
      'e',
      'E',
      'i',
      'pi',
      'PI',
      'tau',
      'phi',
      'Infinity',
      'NaN',
      'LN2',
      'LN10',
      'LOG2E',
      'LOG10E',
      'SQRT1_2',
      'SQRT2',
      'version',
    ].map(word => [word, 'is a mathematical constant elsewhere']),
  ),
  ...Object.fromEntries(['true', 'false', 'null', 'undefined'].map(word => [word, 'is a constant elsewhere'])),
  ...Object.fromEntries(
    [...Object.keys(functions), 'pow', 'exp', 'log', 'cbrt', 'norm', 'mean'].map(word => [
      word,
      'is the name of a function',
    ]),
  ),
  ...Object.fromEntries(['prototype', ...Object.getOwnPropertyNames(Object.prototype)].map(word => [word, hostName])),
}

/** Why a word may not name a hyper-parameter, a state variable or a local; undefined when it may. */
export function whyReserved(name: string): string | undefined {
  return Object.hasOwn(reserved, name) ? reserved[name] : undefined
}

/** Names that a rule reads but does not write. */
export const inputs = ['g', 't'] as const

/** What to write instead of functions that people know from elsewhere. */
export const instead: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['if', 'where', 'select'].map(word => [word, 'Write condition ? a : b.'])),
  ...Object.fromEntries(['pow', 'square'].map(word => [word, 'Write a power with ^, for example g^2.'])),
  ...Object.fromEntries(['maximum', 'fmax'].map(word => [word, 'Write max(a, b).'])),
  ...Object.fromEntries(['minimum', 'fmin'].map(word => [word, 'Write min(a, b).'])),
  ...Object.fromEntries(['clamp', 'clip'].map(word => [word, 'Write min(max(a, low), high).'])),
  rsqrt: 'Write 1 / sqrt(a).',
  sgn: 'Write sign(a).',
  fround: 'Write fl(a).',
}
