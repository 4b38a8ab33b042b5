import type { Compare, Expr, Kind, Test } from '../../language/tree.ts'
import { contains, mapChildren, type Node } from '../../language/walk.ts'
import { name, num, op } from './build.ts'
import { core } from './places.ts'
import { words } from './words.ts'

/** A node in place of another, and what is wrong then: a sentence without its full stop. */
export interface Edit {
  readonly node: Node
  readonly says: string
}

/** What an edit may know of the place where it is made. */
export interface Around {
  /** Names that may be read there, with their kinds. */
  readonly names: ReadonlyMap<string, Kind>
}

/** One class of single edits: everything that it makes of one node. */
export type NodeEdit = (node: Node, around: Around) => readonly Edit[]

const isNumber = (node: Node, text: string): boolean => node.op === 'num' && node.text === text
const isEpsilon = (node: Expr): boolean => core(node).op === 'name' && /^eps/.test((core(node) as { id: string }).id)

/** One operator instead of another. */
export const operators: NodeEdit = node => {
  switch (node.op) {
    case 'add':
      return [{ node: { ...node, op: 'sub' }, says: `${words(node.b)} is subtracted instead of added` }]
    case 'sub':
      return [{ node: { ...node, op: 'add' }, says: `${words(node.b)} is added instead of subtracted` }]
    case 'mul':
      return [
        { node: { ...node, op: 'div' }, says: `${words(node.a)} is divided by ${words(node.b)} instead of multiplied` },
      ]
    case 'div':
      return [
        { node: { ...node, op: 'mul' }, says: `${words(node.a)} is multiplied by ${words(node.b)} instead of divided` },
      ]
    case 'max':
      return [{ node: { ...node, op: 'min' }, says: `the smaller of ${words(node.a)} and ${words(node.b)} is kept` }]
    case 'min':
      return [{ node: { ...node, op: 'max' }, says: `the larger of ${words(node.a)} and ${words(node.b)} is kept` }]
    case 'pow':
      return [
        {
          node: { ...node, op: 'mul' },
          says: `${words(node.a)} is multiplied by ${words(node.b)} instead of raised to it`,
        },
      ]
    default:
      return []
  }
}

/** A term, a factor, a root, a sign or a power that is not there. */
export const leftOut: NodeEdit = node => {
  switch (node.op) {
    case 'add':
    case 'sub': {
      const rest: Expr = node.op === 'add' ? node.b : { op: 'neg', a: node.b, kind: node.kind }
      return [
        { node: node.a, says: `${words(node.b)} is left out` },
        { node: rest, says: `${words(node.a)} is left out` },
      ]
    }
    case 'mul':
      return [
        { node: node.a, says: `the factor ${words(node.b)} is left out` },
        { node: node.b, says: `the factor ${words(node.a)} is left out` },
      ]
    case 'div':
      return [
        { node: node.a, says: `the division by ${words(node.b)} is left out` },
        ...(isNumber(core(node.a), '1')
          ? []
          : [{ node: op('div', num('1'), node.b), says: `the factor ${words(node.a)} is left out` }]),
      ]
    case 'max':
    case 'min':
      return [
        { node: node.a, says: `${words(node.a)} is kept, whatever ${words(node.b)} is` },
        { node: node.b, says: `${words(node.b)} is taken, whatever ${words(node.a)} is` },
      ]
    case 'sqrt':
      return [{ node: node.a, says: `the square root of ${words(node.a)} is not taken` }]
    case 'abs':
    case 'neg':
      return [
        {
          node: node.a,
          says: `the ${node.op === 'neg' ? 'sign' : 'absolute value'} of ${words(node.a)} is ${node.op === 'neg' ? 'not changed' : 'not taken'}`,
        },
      ]
    case 'power':
      return node.exponent === 2 ? [{ node: node.a, says: `${words(node.a)} is not squared` }] : []
    default:
      return []
  }
}

/** Powers and roots where there are none, or other ones. */
export const powers: NodeEdit = (node, { names }) => {
  if (node.op === 'power')
    return [
      {
        node: { ...node, exponent: node.exponent + 1 },
        says: `${words(node.a)} is raised to ${node.exponent + 1} instead of ${node.exponent}`,
      },
      {
        node: { op: 'abs', a: node.a, kind: 'tensor' },
        says: `the absolute value of ${words(node.a)} is taken, not its square`,
      },
    ]
  if (node.op === 'name' && names.get(node.id) === 'tensor')
    return [
      { node: { op: 'power', a: node, exponent: 2, kind: 'tensor' }, says: `${words(node)} is squared` },
      { node: { op: 'abs', a: node, kind: 'tensor' }, says: `the sign of ${words(node)} is lost` },
    ]
  return []
}

/** A name of the same kind instead of another. */
export const otherNames: NodeEdit = (node, { names }) => {
  if (node.op !== 'name') return []
  const kind = names.get(node.id)
  return [...names]
    .filter(([id, other]) => other === kind && id !== node.id)
    .map(([id]) => ({ node: name(id), says: `${words(name(id))} is used instead of ${words(node)}` }))
}

/** Another number than the one that is written. */
export const constants: NodeEdit = node => {
  if (node.op !== 'num') return []
  const others = node.text === '1' ? ['0', '2'] : node.text === '0' ? ['1'] : ['1', String(Number(node.text) * 2)]
  return others
    .filter(text => text !== node.text)
    .map(text => ({ node: num(text), says: `the number is ${text} instead of ${node.text}` }))
}

/** Options that are stuck, and conditions that are decided otherwise. */
export const conditions: NodeEdit = node => {
  if (node.op !== 'cond') return []
  const asked = words(node.test)
  const [whenTrue, whenFalse] =
    node.test.op === 'first'
      ? ['every step is taken for the first one', 'the first step is taken like all others']
      : node.test.op === 'flag'
        ? [`${asked} is always on`, `${asked} is always off`]
        : [`it is taken for granted that ${asked}`, `it is never seen that ${asked}`]
  return [
    { node: node.a, says: whenTrue },
    { node: node.b, says: whenFalse },
    { node: { ...node, a: node.b, b: node.a }, says: `${asked} is decided the other way round` },
  ]
}

const beside: Readonly<Partial<Record<Compare, Compare>>> = { lt: 'le', le: 'lt', gt: 'ge', ge: 'gt' }

/** A comparison that treats a tie the other way. */
export const ties: NodeEdit = node => {
  const other = beside[node.op as Compare]
  return other
    ? [{ node: { ...(node as Test), op: other } as Test, says: `a tie in ${words(node)} is decided the other way` }]
    : []
}

/** Scalars that are rounded to the tensor's format before they are computed with, and those that are not although they should. */
export const formats: NodeEdit = node => {
  if (node.op === 'fl') return [{ node: node.a, says: `${words(node.a)} is not rounded to the format first` }]
  if (node.op !== 'toTensor' || node.a.op === 'name' || node.a.op === 'num') return []
  return [
    {
      node: inFormat(node.a),
      says: `${words(node.a)} is computed in the format of the tensor instead of binary64`,
    },
  ]
}

const inFormat = (node: Node): Node =>
  node.op === 'name' ? { op: 'fl', a: node, kind: 'format' } : mapChildren(node, inFormat)

/** Epsilon moved: into the root, out of it, before a division, and from a summand to a lower limit. */
export const epsilons: NodeEdit = node => {
  if (node.op === 'name' && isEpsilon(node)) return [{ node: op('mul', node, node), says: 'epsilon is squared' }]
  if (node.op === 'sqrt' && node.a.op === 'add' && isEpsilon(node.a.b)) {
    const root: Expr = { ...node, a: node.a.a }
    return [{ node: op('add', root, node.a.b), says: 'epsilon is added outside the square root' }]
  }
  if (node.op !== 'add' || !isEpsilon(node.b)) return []
  const { a, b: eps } = node
  return [
    { node: op('max', a, eps), says: `epsilon is a lower limit of ${words(a)} instead of a summand` },
    ...(a.op === 'sqrt'
      ? [{ node: { ...a, a: op('add', a.a, eps) } as Expr, says: 'epsilon is added inside the square root' }]
      : []),
    ...(a.op === 'div'
      ? [{ node: op('div', op('add', a.a, eps), a.b), says: `epsilon is added before the division by ${words(a.b)}` }]
      : []),
    ...(a.op === 'div' && a.a.op === 'sqrt'
      ? [
          {
            node: op('div', { ...a.a, a: op('add', a.a.a, eps) } as Expr, a.b),
            says: 'epsilon is added inside the square root, before the bias correction',
          },
        ]
      : []),
  ]
}

/** 1 - b^t: left out, counted from elsewhere, or the same in every step. */
export const corrections: NodeEdit = node => {
  if (node.op !== 'sub' || !isNumber(core(node.a), '1')) return []
  const power = core(node.b)
  if (power.op !== 'pow' || !contains(power.b, each => each.op === 'name' && each.id === 't')) return []
  const [base, t] = [power.a, power.b]
  const counted = (by: 'add' | 'sub'): Expr => ({ ...node, b: op('pow', base, op(by, t, num('1'))) })
  return [
    { node: num('1'), says: `the bias correction ${words(node)} is left out` },
    { node: counted('add'), says: `the bias correction ${words(node)} counts one step too many` },
    { node: counted('sub'), says: `the bias correction ${words(node)} counts one step too few` },
    { node: { ...node, b: base }, says: `the bias correction ${words(node)} is the same in every step` },
  ]
}

/** A factor or a divisor that reaches one term of a sum instead of both. */
export const reach: NodeEdit = node => {
  if (node.op !== 'mul' && node.op !== 'div') return []
  const sides: [Expr, Expr, (inner: Expr) => Expr][] = [
    [node.a, node.b, inner => op(node.op, inner, node.b)],
    ...(node.op === 'mul'
      ? [[node.b, node.a, inner => op('mul', node.a, inner)] as [Expr, Expr, (inner: Expr) => Expr]]
      : []),
  ]
  return sides.flatMap(([sum, factor, apply]) => {
    const inner = core(sum)
    if (inner.op !== 'add' && inner.op !== 'sub') return []
    const verb = node.op === 'mul' ? 'multiplies' : 'divides'
    return [
      {
        node: { ...inner, a: apply(inner.a) } as Expr,
        says: `${words(factor)} ${verb} ${words(inner.a)} alone, not ${words(inner.b)}`,
      },
      {
        node: { ...inner, b: apply(inner.b) } as Expr,
        says: `${words(factor)} ${verb} ${words(inner.b)} alone, not ${words(inner.a)}`,
      },
    ]
  })
}

/** All classes of edits of one node, by name. What a general class makes again is left to the class that says it better. */
export const nodeEdits = {
  epsilon: epsilons,
  'bias correction': corrections,
  option: conditions,
  operator: operators,
  'left out': leftOut,
  power: powers,
  name: otherNames,
  constant: constants,
  reach,
  tie: ties,
  format: formats,
} as const satisfies Record<string, NodeEdit>
