import { RuleError } from '../src/language/error.ts'
import { loadRule } from '../src/language/load.ts'

/** Lines that are refused, of every kind; docs/adding-a-rule.md shows them with the answers that they get. */
const lines = [
  'x = x - lr g',
  'x = x - lr (g + 1)',
  'x = x - 2lr * g',
  "x' = x - lr * g",
  'x = x!',
  'x = x - 5% * g',
  'x = lr < m < 1 ? g : x',
  'x = x − lr * g',
  'x = x - lr × g',
  'x = x - β₁ * g',
  'x = x - g²',
  'x = x - √g',
  'x = x - lr ** 2',
  'x = maximize && amsgrad ? g : x',
  'x = |g|',
  'x = +g',
  'm = x = g',
  'x -= lr * g',
  'x = x - lr * g; m = g',
  '  + lr * g',
  'x = x - lr *',
  'x = (x - lr * g',
  'x == 3',
  'f(x) = x - g',
  'x = x - [g, m]',
  'x = x - "g"',
  'x = x - exp(g)',
  'x = sqrt(g, m)',
  'x = x - 1e400 * g',
  'x = x - 1e-400 * g',
  'x = x - 0x10 * g',
  'x = true ? g : x',
  'x = x - learning_rate * g',
  'x = amsgrad * g',
  'lr = 2 * lr',
  'pi = 3',
  'x = lr ? g : x',
  'x = (g > 0) * g',
  'x = g^0.5',
  'x = 2^g',
  'x = fl(g)',
  'x = first(x) ? g : x',
  'x = first(m) * g',
  'x = sum(k, 1, 3, g)',
]

const rule = {
  hyper: { lr: { default: '0.1' }, amsgrad: { default: false }, maximize: { default: false } },
  state: { m: '0' },
}

function answer(line: string): string {
  try {
    loadRule({ ...rule, source: 'here', step: line }, 'example')
  } catch (error) {
    if (error instanceof RuleError) return `${error.problem} ${error.hint}`.replace(/^example, step: /, '')
    throw error
  }
  throw new Error(`'${line}' is in the table of what is refused, and is not refused.`)
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|')

/** The table of refusals, with columns as wide as the formatter makes them. */
export function refusalTable(): string {
  const rows = [['line', 'answer'], ...lines.map(line => [`\`${escaped(line)}\``, escaped(answer(line))])]
  const widths = [0, 1].map(column => Math.max(...rows.map(row => row[column]!.length)))
  const row = (cells: string[], fill = ' '): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(' | ')} |`
  const [head, ...body] = rows.map(cells => row(cells))
  return [head, row(['', ''], '-'), ...body].join('\n')
}

const [before, after] = ['<!-- Written by `npm run docs`. -->', '<!-- End. -->']

/** A page with the table of refusals put between its two marks. */
export function withRefusals(page: string): string {
  const [start, end] = [page.indexOf(before), page.indexOf(after)]
  if (start < 0 || end < start) throw new Error(`The page has lost the marks of its table: ${before} ... ${after}`)
  return `${page.slice(0, start + before.length)}\n\n${refusalTable()}\n\n${page.slice(end)}`
}
