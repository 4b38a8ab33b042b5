import type { Expr, Statement, Test } from './tree.ts'

/** How tightly each operator binds, loosest first; what binds looser than its place is put in parentheses. */
const level = { cond: 0, or: 1, and: 2, compare: 4, sum: 6, product: 7, unary: 8, power: 9, atom: 10 } as const

const infix: Readonly<Record<string, readonly [string, number]>> = {
  add: ['+', level.sum],
  sub: ['-', level.sum],
  mul: ['*', level.product],
  div: ['/', level.product],
  lt: ['<', level.compare],
  le: ['<=', level.compare],
  gt: ['>', level.compare],
  ge: ['>=', level.compare],
  eq: ['==', level.compare],
  ne: ['!=', level.compare],
  and: ['and', level.and],
  or: ['or', level.or],
}

/** A tree as rule text that lowers to the same tree. Inserted roundings are not written: lowering inserts them again. */
export const print = (node: Expr | Test): string => show(node, level.cond)

export const printStatement = (statement: Statement): string => `${statement.target} = ${print(statement.value)}`

function show(node: Expr | Test, place: number): string {
  const [text, binds] = write(node)
  return binds < place ? `(${text})` : text
}

function write(node: Expr | Test): [string, number] {
  switch (node.op) {
    case 'num':
      return [node.text, level.atom]
    case 'name':
    case 'flag':
      return [node.id, level.atom]
    case 'toTensor':
      return write(node.a)
    case 'first':
      return [`first(${node.id})`, level.atom]
    case 'neg':
      return [`-${show(node.a, level.power)}`, level.unary]
    // `not` binds tighter than a comparison for the parser, so that its operand is an atom.
    case 'not':
      return [`not ${show(node.a, level.atom)}`, level.unary]
    case 'power':
      return [`${show(node.a, level.atom)}^${node.exponent}`, level.power]
    case 'pow':
      return [`${show(node.a, level.atom)}^${show(node.b, level.atom)}`, level.power]
    case 'cond':
      return [`${show(node.test, level.or)} ? ${show(node.a, level.or)} : ${show(node.b, level.cond)}`, level.cond]
    case 'sum':
    case 'prod':
      return [`${node.op}(${node.index}, ${print(node.from)}, ${print(node.to)}, ${print(node.body)})`, level.atom]
    case 'min':
    case 'max':
      return [`${node.op}(${print(node.a)}, ${print(node.b)})`, level.atom]
    case 'sqrt':
    case 'abs':
    case 'sign':
    case 'fl':
      return [`${node.op}(${print(node.a)})`, level.atom]
    default: {
      const [symbol, binds] = infix[node.op]!
      return [
        `${show(node.a, binds === level.compare ? binds + 1 : binds)} ${symbol} ${show(node.b, binds + 1)}`,
        binds,
      ]
    }
  }
}
