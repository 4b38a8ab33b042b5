import type { Place } from './error.ts'
import { RuleError } from './error.ts'
import { functions, instead } from './names.ts'
import type { Infix, Syntax } from './syntax.ts'
import type { Token } from './tokens.ts'

/** The parser's operators that the language has, by the parser's name for each. */
const infix: Readonly<Record<string, Infix>> = {
  add: 'add',
  subtract: 'sub',
  multiply: 'mul',
  divide: 'div',
  pow: 'pow',
  smaller: 'lt',
  smallerEq: 'le',
  larger: 'gt',
  largerEq: 'ge',
  equal: 'eq',
  unequal: 'ne',
  and: 'and',
  or: 'or',
}

/** Operators of the parser that are spelt like names. */
export const words = new Set(['and', 'or', 'not', 'xor', 'mod', 'to', 'in'])

/** The fields of the parser's nodes that are read here; its own types tell kinds of nodes apart by guards only. */
export interface Node {
  type: string
  fn?: string | Node
  args?: Node[]
  implicit?: boolean
  condition?: Node
  trueExpr?: Node
  falseExpr?: Node
  content?: Node
}

type PlaceOf = (offset: number) => Place

/** Converts the parser's tree, taking positions by zipping its leaves, in order, with the tokens. */
export function convert(root: Node, tokens: Token[], place: PlaceOf): Syntax {
  const leaves = tokens.filter(token => token.type !== 'symbol' && !words.has(token.text))
  let taken = 0
  const leaf = (): Token => leaves[taken++]!
  const here = (): Place => place(leaves[Math.min(taken, leaves.length - 1)]?.offset ?? 0)

  const visit = (node: Node): Syntax => {
    switch (node.type) {
      case 'ParenthesisNode':
        return visit(node.content!)
      case 'ConstantNode': {
        const token = leaf()
        if (token.type !== 'number')
          throw new RuleError(
            `'${token.text}' is a constant elsewhere.`,
            'Use a boolean hyper-parameter as the condition itself.',
            place(token.offset),
          )
        return { op: 'num', text: token.text, at: token.offset }
      }
      case 'SymbolNode': {
        const token = leaf()
        return { op: 'name', id: token.text, at: token.offset }
      }
      case 'FunctionNode':
        return call(node)
      case 'ConditionalNode': {
        const test = visit(node.condition!)
        return { op: 'cond', test, a: visit(node.trueExpr!), b: visit(node.falseExpr!), at: test.at }
      }
      case 'OperatorNode':
        return operator(node)
      case 'RelationalNode':
        throw new RuleError('A chain of comparisons.', 'Write a < b and b < c.', here())
      default:
        throw new RuleError(
          `A ${node.type.replace(/Node$/, '').toLowerCase()} is not part of the rule language.`,
          'Use numbers, names, + - * / ^, comparisons, ? : and the functions of the language.',
          here(),
        )
    }
  }

  const call = (node: Node): Syntax => {
    const token = leaf()
    if (!Object.hasOwn(functions, token.text)) {
      const known = `Functions are ${Object.keys(functions).slice(0, 7).join(', ')}. For a product write ${token.text} * (...).`
      const hint = Object.hasOwn(instead, token.text) ? instead[token.text]! : known
      throw new RuleError(`'${token.text}(' would call a function of that name.`, hint, place(token.offset))
    }
    const args = node.args!.map(visit)
    const expected = functions[token.text]!
    if (args.length !== expected) {
      throw new RuleError(
        `${token.text} takes ${expected} ${expected === 1 ? 'argument' : 'arguments'}, got ${args.length}.`,
        `Write ${token.text}(${'a, b, c, d'.slice(0, expected * 3 - 2)}).`,
        place(token.offset),
      )
    }
    return { op: 'call', fn: token.text, args, at: token.offset }
  }

  const operator = (node: Node): Syntax => {
    const start = here()
    const [first, second] = node.args!
    if (node.fn === 'unaryMinus' || node.fn === 'not') {
      const a = visit(first!)
      return { op: node.fn === 'not' ? 'not' : 'neg', a, at: a.at }
    }
    const op = infix[node.fn as string]
    if (!op || !second)
      throw new RuleError(
        `A '${node.fn}' is not part of the rule language.`,
        'Use + - * / ^ and comparisons; leave out a leading +.',
        start,
      )
    const a = visit(first!)
    if (node.implicit)
      throw new RuleError('A product without *.', 'Products are written out, for example beta1 * m.', here())
    return { op, a, b: visit(second), at: a.at }
  }

  const tree = visit(root)
  const left = leaves[taken]
  if (left)
    throw new RuleError(`'${left.text}' was not understood.`, 'Check what stands before it.', place(left.offset))
  return tree
}
