import type { Rule } from '../../language/rule.ts'
import { sameBits } from '../../numbers/bits.ts'
import type { HyperValues } from '../../subject/subject.ts'
import type { Move } from './moves.ts'

/** A value that is found in place of what the rule gives, in words that follow "it is". */
interface Value {
  readonly says: string
  of(move: Move): number
}

const g = ({ place, index }: Move): number => place.g[index]!
const x = ({ place, index }: Move): number => place.x?.[index] ?? Number.NaN

/** What may stand there to the bit. */
const plain: readonly Value[] = [
  { says: 'left as it was', of: ({ before }) => before },
  { says: '0', of: () => 0 },
  { says: 'g', of: g },
  { says: '-g', of: move => -g(move) },
  { says: 'g^2', of: move => g(move) ** 2 },
  { says: '|g|', of: move => Math.abs(g(move)) },
  { says: 'what the rule gives with the other sign', of: ({ expected }) => -expected },
]

/** What may be added too much or too little, times some constant. */
const addends = (rule: Rule): readonly Value[] => [
  { says: '1', of: () => 1 },
  { says: 'x', of: x },
  { says: 'g', of: g },
  { says: 'sign(g)', of: move => Math.sign(g(move)) },
  { says: 'g^2', of: move => g(move) ** 2 },
  ...Object.values(rule.state).map(({ as }) => ({
    says: `(${as} before)`,
    of: ({ place, index }: Move) => place.state[as]?.[index] ?? Number.NaN,
  })),
  ...Object.values(rule.state).map(({ as }) => ({
    says: `${as}^2`,
    of: ({ place, index }: Move) => (place.after[as]?.[index] ?? Number.NaN) ** 2,
  })),
]

/** A rounding or two of a result, beside what a correct implementation may be off. */
const roundings = { float32: 2 ** -23, float64: 2 ** -52 } as const

/** Whether a move came to this value as nearly as any correct way of computing it would. */
export const near = (move: Move, value: number, factor = 1): boolean =>
  sameBits(move.got, value) ||
  Math.abs(move.got - value) <= factor * move.error + roundings[move.place.format] * Math.abs(value)

/** What stands in place of what the rule gives, the same in all of these moves; undefined where nothing that is known does. */
export function insteadOf(rule: Rule, strays: readonly Move[]): string | undefined {
  if (strays.every(({ got }) => Number.isNaN(got))) return 'not a number'
  if (strays.every(({ got }) => Math.abs(got) === Number.POSITIVE_INFINITY)) return 'infinite'
  const found = plain.find(({ of }) => strays.every(move => near(move, of(move))))
  return found?.says ?? length(strays) ?? multiple(strays) ?? sum(rule, strays) ?? byUpdate(strays)
}

const isIterate = ({ variable }: Move): boolean => variable === 'x'

/** What a move starts from: the iterate before, or nothing. */
const from = (move: Move): number => (isIterate(move) ? move.before : 0)

/** A step of one length, whatever its rule gives. */
function length(strays: readonly Move[]): string | undefined {
  const sign = (move: Move): number => Math.sign(move.expected - from(move))
  const constant = constantOf(
    strays,
    move => move.got - from(move),
    sign,
    (move, c) => near(move, from(move) + c * sign(move)),
  )
  const what = isIterate(strays[0]!) ? 'a step of the length' : 'of the size'
  return constant && `${what} ${constant}, whatever the rule gives`
}

/** A step, or a value, that is some multiple of what it should be. */
function multiple(strays: readonly Move[]): string | undefined {
  const constant = multipleOf(strays)
  return constant && `${constant} times ${what(strays)} of the rule`
}

const what = ([move]: readonly Move[]): string => (isIterate(move!) ? 'the step' : 'the value')

const multipleOf = (strays: readonly Move[]): string | undefined =>
  constantOf(
    strays,
    move => move.got - from(move),
    move => move.expected - from(move),
    (move, c) => near(move, from(move) + c * (move.expected - from(move)), 1 + Math.abs(c)),
  )

/** So many updates are told of one by one. */
const told = 5

/** A multiple that is another in every update. */
function byUpdate(strays: readonly Move[]): string | undefined {
  const numbers = [...new Set(strays.map(({ place }) => place.updates))].sort((a, b) => a - b)
  const multiples = numbers.map(n => multipleOf(strays.filter(({ place }) => place.updates === n)))
  if (numbers.length < 2 || multiples.some(each => each === undefined)) return undefined
  const list = numbers.slice(0, told).map((n, at) => `${multiples[at]} in update ${n}`)
  return `a multiple of ${what(strays)} of the rule: ${list.join(', ')}`
}

/** What the rule gives, and a multiple of something else. */
function sum(rule: Rule, strays: readonly Move[]): string | undefined {
  for (const { says, of } of addends(rule)) {
    const constant = constantOf(
      strays,
      move => move.got - move.expected,
      of,
      (move, c) => near(move, move.expected + c * of(move)),
    )
    if (constant !== undefined) return `what the rule gives ${signed(constant, says)}`
  }
  return undefined
}

/** A term that is added or taken away, as it is written behind another. */
function signed(constant: string, says: string): string {
  const [sign, size] = constant.startsWith('-') ? ['-', constant.slice(1)] : ['+', constant]
  const factors = [size, says].filter(each => each !== '1')
  return `${sign} ${factors.length > 0 ? factors.join(' * ') : '1'}`
}

/** Constants that hyper-parameters make, by how they are written. */
function named(hyper: HyperValues): [string, number][] {
  const numbers = Object.entries(hyper).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  const rate = numbers.find(([name]) => name === 'lr')
  const own = numbers.flatMap(([name, value]): [string, number][] => [
    [name, value],
    [`(1 - ${name})`, 1 - value],
    [`1/${name}`, 1 / value],
    [`1/(1 - ${name})`, 1 / (1 - value)],
    ...(rate && name !== 'lr' ? [[`lr * ${name}`, rate[1] * value] as [string, number]] : []),
  ])
  return [['1', 1] as [string, number], ...own].flatMap(([says, value]): [string, number][] => [
    [says, value],
    [`-${says}`, -value],
  ])
}

/** As near as a constant has to be to one of hyper-parameters to be called so. */
const alike = 1e-4

/** What a ratio is in all moves: a number, or what hyper-parameters make where these differ; undefined where it is neither. */
function constantOf(
  moves: readonly Move[],
  top: (move: Move) => number,
  bottom: (move: Move) => number,
  fits: (move: Move, constant: number) => boolean,
): string | undefined {
  const clearest = moves.reduce((a, b) => (clarity(a) >= clarity(b) ? a : b))
  const ratio = top(clearest) / bottom(clearest)
  if (!Number.isFinite(ratio) || ratio === 0) return undefined
  const candidates: ((move: Move) => number)[] = []
  const names = named(clearest.place.hyper).filter(([, value]) => Math.abs(value - ratio) <= alike * Math.abs(ratio))
  for (const [says] of names) {
    const value = (move: Move): number => named(move.place.hyper).find(([other]) => other === says)![1]
    candidates.push(value)
    if (moves.every(move => fits(move, value(move)))) return says
  }
  return moves.every(move => fits(move, ratio)) ? String(Number(ratio.toPrecision(4))) : undefined
}

/** How far a move is from what is expected, as a multiple of what a correct one may be. */
const clarity = ({ got, expected, error }: Move): number => Math.abs(got - expected) / (error || Number.MIN_VALUE)
