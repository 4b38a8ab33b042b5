import { fold } from '../language/fold.ts'
import type { Algebra, Compare } from '../language/tree.ts'
import { linkScalars } from './closures.ts'
import { maximum, minimum, signum } from './float.ts'
import type { Operations, Runner, Store } from './meaning.ts'
import type { Straight } from './straight.ts'

/** Generated code: a fixed set of symbols and names such as `v7`. No rule text enters it. */
type Text = string
type Loop = (scalars: ArrayLike<number>, arrays: readonly Store<number>[], length: number) => void

const infix = { add: '+', sub: '-', mul: '*', div: '/' } as const
const comparison: Readonly<Record<Compare, string>> = { lt: '<', le: '<=', gt: '>', ge: '>=', eq: '===', ne: '!==' }

/** JavaScript for the body of a straight program, every operation rounded; `bind` names a value that is used twice. */
function emitter(
  name: (id: string) => Text,
  round: (text: Text) => Text,
  bind: (text: Text) => Text,
): Algebra<Text, Text> {
  const operation =
    (op: keyof typeof infix) =>
    (a: Text, b: Text): Text =>
      round(`${a} ${infix[op]} ${b}`)
  const compare =
    (op: Compare) =>
    (a: Text, b: Text): Text =>
      `(${a} ${comparison[op]} ${b})`
  const scalar = (): never => {
    throw new TypeError('scalars are computed before the body')
  }
  return {
    num: scalar,
    toTensor: scalar,
    fl: scalar,
    pow: scalar,
    flag: scalar,
    first: scalar,
    name,
    power: (a, exponent) => {
      const base = bind(a)
      return Array.from({ length: exponent - 1 }).reduce<Text>(product => round(`${product} * ${base}`), base)
    },
    cond: (test, a, b) => `(${test} ? ${a} : ${b})`,
    neg: a => `(-${a})`,
    sqrt: a => round(`Math.sqrt(${a})`),
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
 * The body of a straight program as one loop in JavaScript. Only for IEEE arithmetic: rounding after every operation
 * (`Math.fround` for float32) is all that it does.
 */
function compileBody(
  program: Straight,
  format: 'float32' | 'float64',
  scalars: readonly string[],
  arrays: readonly string[],
): Loop {
  const round = format === 'float32' ? (text: Text): Text => `fround(${text})` : (text: Text): Text => `(${text})`
  const names = new Map(scalars.map((id, k): [string, Text] => [id, `s${k}`]))
  const lines: Text[] = []
  const bind = (text: Text): Text => {
    const name = `v${lines.length}`
    lines.push(`const ${name} = ${text}`)
    return name
  }
  const array = (id: string): Text => `a${arrays.indexOf(id)}[i]`
  for (const id of program.loads) names.set(id, bind(array(id)))
  const algebra = emitter(id => names.get(id)!, round, bind)
  for (const { target, value } of program.body) names.set(target, bind(fold(value, algebra)))
  for (const { id, from } of program.stores) lines.push(`${array(id)} = ${names.get(from)}`)
  const code = [
    'return (scalars, arrays, length) => {',
    ...scalars.map((_, k) => `const s${k} = scalars[${k}]`),
    ...arrays.map((_, k) => `const a${k} = arrays[${k}]`),
    'for (let i = 0; i < length; i++) {',
    ...lines,
    '}',
    '}',
  ].join('\n')
  return new Function('fround', 'maximum', 'minimum', 'signum', code)(Math.fround, maximum, minimum, signum) as Loop
}

/** Links a straight program as a compiled loop; its scalars, computed once a step, still run as closures. */
export function linkCompiled(
  program: Straight,
  format: 'float32' | 'float64',
  operations: Operations<number, boolean>,
): Runner<number> {
  const arrays = [...new Set([...program.loads, ...program.stores.map(({ id }) => id)])]
  const names = [...program.inputs, ...program.scalars.map(({ target }) => target)]
  const scalars = linkScalars(program, operations, names)
  const loop = compileBody(program, format, names, arrays)
  return (scalar, stores, length) =>
    loop(
      scalars(scalar),
      arrays.map(id => stores[id]!),
      length,
    )
}
