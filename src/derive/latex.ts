import { fold, foldTest, type Sums } from '../language/fold.ts'
import type { Rule, State } from '../language/rule.ts'
import type { Algebra, Expr, Statement, Test } from '../language/tree.ts'

/** How tightly a piece of mathematics binds, loosest first; what binds looser than its place is put in parentheses. */
const level = { cases: 0, or: 1, and: 2, not: 3, compare: 4, sum: 5, product: 6, call: 7, atom: 8 } as const

interface Tex {
  readonly text: string
  readonly binds: number
  /** Ends in the body of a big operator, which would take in a factor written after it. */
  readonly open?: boolean
  /** The rows of a conditional, value and condition, so that a chain of conditionals is one brace. */
  readonly rows?: readonly (readonly [string, string])[]
}

/** Names that papers write as a symbol of their own; Greek letters and subscripts need no entry. */
const symbols: Readonly<Record<string, string>> = {
  g: 'g_t',
  lr: String.raw`\eta`,
  eps: String.raw`\varepsilon`,
  weight_decay: String.raw`\lambda`,
  momentum: String.raw`\mu`,
  dampening: String.raw`\tau`,
  mhat: String.raw`\hat{m}`,
  vhat: String.raw`\hat{v}`,
  vmax: String.raw`v_{\max}`,
}
const greek = new Set('alpha beta gamma delta epsilon theta kappa lambda mu nu rho sigma tau phi omega'.split(' '))

/** The symbol that a name of a rule is shown as: `beta1` is \beta_1, `mhat` is \hat{m}, longer words stand upright. */
export function symbol(name: string): string {
  const known = Object.hasOwn(symbols, name) ? symbols[name] : undefined
  if (known) return known
  const [, base, index] = /^([A-Za-z]+?)_?(\d+|(?<=_)[a-z])?$/.exec(name) ?? []
  const letter = base?.length === 1 ? base : base !== undefined && greek.has(base) ? `\\${base}` : undefined
  if (letter) return index === undefined ? letter : `${letter}_${script(index)}`
  return String.raw`\mathrm{${name.replaceAll('_', String.raw`\_`)}}`
}

const script = (text: string): string => (text.length === 1 ? text : `{${text}}`)
const atom = (text: string): Tex => ({ text, binds: level.atom })
const enclose = (text: string): string =>
  /\\(frac|sqrt|sum|prod|begin)(?![A-Za-z])/.test(text) ? String.raw`\left(${text}\right)` : `(${text})`
const at = (place: number, a: Tex): string => (a.binds < place ? enclose(a.text) : a.text)

/** `1e-8` as 10^{-8}, `2.5e3` as 2.5 \cdot 10^3; other numbers as they are written. */
function number(text: string): Tex {
  const [, digits, sign, exponent] = /^(.+?)e([-+]?)0*(\d+)$/i.exec(text) ?? []
  if (digits === undefined || exponent === undefined) return atom(text)
  const power = `10^${script((sign === '-' ? '-' : '') + exponent)}`
  return Number(digits) === 1
    ? { text: power, binds: level.call }
    : { text: String.raw`${digits} \cdot ${power}`, binds: level.product }
}

const infix =
  (sign: string, binds: number) =>
  (a: Tex, b: Tex): Tex => ({
    text: `${at(binds, a)} ${sign} ${at(binds + 1, b)}`,
    binds,
    open: b.open ?? false,
  })

/** Products are written side by side; the order of the factors and their grouping stay as they are. */
function product(a: Tex, b: Tex): Tex {
  const left = a.open ? enclose(a.text) : at(level.product, a)
  const bare = b.open && b.binds === level.product && /^\\(sum|prod)/.test(b.text)
  const right = bare ? b.text : at(level.call, b)
  return {
    text: left + (/^\d/.test(right) ? String.raw` \cdot ` : String.raw`\,`) + right,
    binds: level.product,
    open: bare === true,
  }
}

const call = (fn: string, ...args: Tex[]): Tex => ({
  text: fn + enclose(args.map(arg => arg.text).join(', ')),
  binds: level.call,
})
const raise = (a: Tex, exponent: string): Tex => ({
  text: `${at(level.atom, a)}^${script(exponent)}`,
  binds: level.call,
})
const big =
  (sign: string) =>
  (index: string, from: Tex, to: Tex, body: Tex): Tex => ({
    text: `${sign}_{${symbol(index)}=${from.text}}^${script(to.text)} ${at(level.product, body)}`,
    binds: level.product,
    open: true,
  })
const comparison =
  (sign: string) =>
  (a: Tex, b: Tex): Tex => ({ text: `${at(level.sum, a)} ${sign} ${at(level.sum, b)}`, binds: level.compare })

function cases(test: Tex, a: Tex, b: Tex): Tex {
  const rows = [
    [a.text, String.raw`\text{if } ${test.text}`] as const,
    ...(b.rows ?? [[b.text, String.raw`\text{otherwise}`] as const]),
  ]
  const lines = rows.map(([value, when]) => `${value} & ${when}`).join(String.raw` \\ `)
  return { text: String.raw`\begin{cases} ${lines} \end{cases}`, binds: level.cases, rows }
}

/** The formula as it is shown to people, folded over the tree as written; the places of rounding are not shown. */
const algebra: Algebra<Tex, Tex> & Sums<Tex> = {
  num: number,
  name: id => atom(symbol(id)),
  toTensor: a => a,
  fl: a => a,
  power: (a, exponent) => raise(a, String(exponent)),
  cond: cases,
  neg: a => ({ text: `-${at(level.product, a)}`, binds: level.sum, open: a.open ?? false }),
  sqrt: a => atom(String.raw`\sqrt{${a.text}}`),
  abs: a => atom(String.raw`\left|${a.text}\right|`),
  sign: a => call(String.raw`\operatorname{sign}`, a),
  add: infix('+', level.sum),
  sub: infix('-', level.sum),
  mul: product,
  div: (a, b) => ({ text: String.raw`\frac{${a.text}}{${b.text}}`, binds: level.call }),
  min: (a, b) => call(String.raw`\min`, a, b),
  max: (a, b) => call(String.raw`\max`, a, b),
  pow: (a, b) => raise(a, b.text),
  lt: comparison('<'),
  le: comparison(String.raw`\le`),
  gt: comparison('>'),
  ge: comparison(String.raw`\ge`),
  eq: comparison('='),
  ne: comparison(String.raw`\ne`),
  and: infix(String.raw`\text{ and }`, level.and),
  or: infix(String.raw`\text{ or }`, level.or),
  not: a => ({ text: String.raw`\text{not }${at(level.atom, a)}`, binds: level.not }),
  flag: id => atom(symbol(id)),
  first: id => ({ text: String.raw`${symbol(id)}\text{ is unwritten}`, binds: level.compare }),
  sum: big(String.raw`\sum`),
  prod: big(String.raw`\prod`),
}

/** An expression as LaTeX, without delimiters. */
export const latex = (expr: Expr): string => fold(expr, algebra).text

/** A condition as LaTeX, without delimiters. */
export const latexTest = (test: Test): string => foldTest(test, algebra).text

/** The condition under which a state variable exists, as a remark at the end of a line. */
const existence = (state: State | undefined): string =>
  state?.when ? String.raw` \quad\text{if } ${latexTest(state.when)}` : ''

/** An initial value, with the condition under which the state variable exists. */
export const latexState = (state: State): string => `${symbol(state.name)} = ${latex(state.init)}${existence(state)}`

/**
 * A step as one aligned block: where the gradient is taken, then one line an assignment. An arrow stands where a name
 * takes a new value, an equals sign where it has only one.
 */
export function latexRule(rule: Pick<Rule, 'at' | 'step' | 'state'>): string {
  const written = new Map<string, number>()
  for (const { target } of rule.step) written.set(target, (written.get(target) ?? 0) + 1)
  const line = ({ target, role, value }: Statement): string => {
    const sign = role === 'local' && written.get(target) === 1 ? '=' : String.raw`\leftarrow`
    return `${symbol(target)} &${sign} ${latex(value)}${existence(rule.state[target])}`
  }
  const gradient = String.raw`${symbol('g')} &= \nabla f_t${enclose(latex(rule.at))}`
  return String.raw`\begin{aligned}
${[gradient, ...rule.step.map(line)].map(text => `  ${text}`).join(' \\\\\n')}
\end{aligned}`
}
