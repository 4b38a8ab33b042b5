import { fold } from '../language/fold.ts'
import type { Algebra, Compare, Kind } from '../language/tree.ts'
import { maximum, minimum, signum } from './float.ts'
import type { Operations, Runner, Store } from './meaning.ts'
import type { Assign, Straight } from './straight.ts'

/** Generated code: a fixed set of symbols and names such as `v7`. No rule text enters it; literals arrive as values. */
type Text = string
type Loop = (inputs: readonly number[], arrays: readonly Store<number>[], length: number) => void

const infix = { add: '+', sub: '-', mul: '*', div: '/' } as const
const comparison: Readonly<Record<Compare, string>> = { lt: '<', le: '<=', gt: '>', ge: '>=', eq: '===', ne: '!==' }

/** What an emitter needs of the program around it. */
interface Emitting {
  name(id: string): Text
  literal(value: number): Text
  /** Rounds to the tensor's format. */
  round(text: Text): Text
  /** Names a value that is used twice. */
  bind(text: Text): Text
}

/** JavaScript for expressions of a straight program, every operation rounded but those on scalars. */
function emitter({ name, literal, round, bind }: Emitting): Algebra<Text, Text> {
  const at = (kind: Kind, text: Text): Text => (kind === 'scalar' ? `(${text})` : round(text))
  const operation =
    (op: keyof typeof infix) =>
    (a: Text, b: Text, kind: Kind): Text =>
      at(kind, `${a} ${infix[op]} ${b}`)
  const compare =
    (op: Compare) =>
    (a: Text, b: Text): Text =>
      `(${a} ${comparison[op]} ${b})`
  const settled = (): never => {
    throw new TypeError('conditions on scalars are settled before code is generated')
  }
  return {
    num: text => literal(Number(text)),
    toTensor: round,
    fl: round,
    pow: (a, b, kind) => `pow(${a}, ${b}, '${kind}')`,
    flag: settled,
    first: settled,
    name,
    power: (a, exponent) => {
      const base = bind(a)
      return Array.from({ length: exponent - 1 }).reduce<Text>(product => round(`${product} * ${base}`), base)
    },
    cond: (test, a, b) => `(${test} ? ${a} : ${b})`,
    neg: a => `(-${a})`,
    sqrt: (a, kind) => at(kind, `Math.sqrt(${a})`),
    abs: a => `Math.abs(${a})`,
    sign: a => `signum(${a})`,
    min: (a, b) => `minimum(${a}, ${b})`,
    max: (a, b) => `maximum(${a}, ${b})`,
    add: operation('add'),
    sub: operation('sub'),
    mul: operation('mul'),
    div: operation('div'),
    lt: compare('lt'),
    le: compare('le'),
    gt: compare('gt'),
    ge: compare('ge'),
    eq: compare('eq'),
    ne: compare('ne'),
    and: (a, b) => `(${a} && ${b})`,
    or: (a, b) => `(${a} || ${b})`,
    not: a => `(!${a})`,
  }
}

let generates: boolean | undefined

/** Whether code may be generated here; a strict content security policy forbids it. */
export function mayGenerate(): boolean {
  try {
    generates ??= new Function('return true')() === true
  } catch {
    generates = false
  }
  return generates
}

/**
 * A straight program as one function in JavaScript: its scalars, then a loop over the elements. Only for IEEE arithmetic:
 * rounding after every operation (`Math.fround` for float32) is all that it does.
 */
function compile(program: Straight, format: 'float32' | 'float64', arrays: readonly string[], power: Power): Loop {
  const lines: Text[] = ['return (inputs, arrays, length) => {']
  const literals: number[] = []
  const names = new Map<string, Text>()
  const bind = (text: Text): Text => {
    const name = `v${lines.length}`
    lines.push(`const ${name} = ${text}`)
    return name
  }
  const algebra = emitter({
    name: id => names.get(id)!,
    literal: value => `literals[${literals.push(value) - 1}]`,
    round: format === 'float32' ? text => `fround(${text})` : text => `(${text})`,
    bind,
  })
  const assign = ({ target, value }: Assign): void => {
    names.set(target, bind(fold(value, algebra)))
  }
  for (const [k, id] of program.inputs.entries()) names.set(id, bind(`inputs[${k}]`))
  program.scalars.forEach(assign)
  const places = new Map(arrays.map((id, k) => [id, `${bind(`arrays[${k}]`)}[i]`]))
  lines.push('for (let i = 0; i < length; i++) {')
  for (const id of program.loads) names.set(id, bind(places.get(id)!))
  program.body.forEach(assign)
  for (const { id, from } of program.stores) lines.push(`${places.get(id)} = ${names.get(from)}`)
  lines.push('}', '}')
  const make = new Function('fround', 'maximum', 'minimum', 'signum', 'pow', 'literals', lines.join('\n'))
  return make(Math.fround, maximum, minimum, signum, power, literals) as Loop
}

type Power = Operations<number, boolean>['pow']

/** Links a straight program as compiled code. */
export function linkCompiled(
  program: Straight,
  format: 'float32' | 'float64',
  operations: Operations<number, boolean>,
): Runner<number> {
  const arrays = [...new Set([...program.loads, ...program.stores.map(({ id }) => id)])]
  const run = compile(program, format, arrays, operations.pow)
  return (scalar, arrayOf, length) => run(program.inputs.map(scalar), arrays.map(arrayOf), length)
}
