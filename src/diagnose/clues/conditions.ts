import type { Rule } from '../../language/rule.ts'
import type { Move } from './moves.ts'

/** Something that may set the updates that stray apart from those that do not, in words that follow "it strays". */
export interface Condition {
  readonly says: string
  holds(move: Move): boolean
}

const gradient = ({ place: { g }, index }: Move): number => g[index]!
const earlier = ({ place: { earlier }, index }: Move): number | undefined => earlier?.[index]
const iterate = ({ place: { x }, index }: Move): number => x?.[index] ?? Number.NaN

/** The longest period at which something may be done every so often. */
const longest = 10

const fixed: readonly Condition[] = [
  { says: 'in the first update of a parameter', holds: ({ place }) => place.updates === 1 },
  { says: 'after the first update of a parameter', holds: ({ place }) => place.updates > 1 },
  { says: 'where the gradient is zero', holds: move => gradient(move) === 0 },
  { says: 'where the gradient is not zero', holds: move => gradient(move) !== 0 },
  { says: 'where the gradient is negative', holds: move => gradient(move) < 0 },
  { says: 'where the gradient is positive', holds: move => gradient(move) > 0 },
  { says: 'where the gradient has another sign than the one before', holds: move => turned(move) === true },
  { says: 'where the gradient has the sign of the one before', holds: move => turned(move) === false },
  { says: 'where the gradient is smaller than the one before', holds: move => grown(move) < 0 },
  { says: 'where the gradient is larger than the one before', holds: move => grown(move) > 0 },
  { says: 'where the rule steps with the gradient, not against it', holds: move => along(move) > 0 },
  { says: 'where the rule steps against the gradient', holds: move => along(move) < 0 },
  { says: 'where x is negative', holds: move => iterate(move) < 0 },
  { says: 'where x is positive', holds: move => iterate(move) > 0 },
  { says: 'where x is zero', holds: move => iterate(move) === 0 },
  { says: 'in parameters of one element', holds: ({ place }) => place.length === 1 },
  { says: 'in parameters of several elements', holds: ({ place }) => place.length > 1 },
  { says: 'in the first element of a parameter', holds: ({ index }) => index === 0 },
  { says: 'after the first element of a parameter', holds: ({ index }) => index > 0 },
  { says: 'in the last element of a parameter', holds: ({ index, place }) => index === place.length - 1 },
  { says: 'in the last four elements of a parameter', holds: ({ index, place }) => index >= place.length - 4 },
  { says: 'in parameters whose length is no multiple of four', holds: ({ place }) => place.length % 4 > 0 },
  { says: 'in parameters of more than four elements', holds: ({ place }) => place.length > 4 },
  {
    says: 'in elements behind the last whole block of four',
    holds: ({ index, place }) => index >= place.length - (place.length % 4),
  },
  { says: 'in the first parameter', holds: ({ place }) => place.parameter === 0 },
  { says: 'after the first parameter', holds: ({ place }) => place.parameter > 0 },
  { says: 'in the first of several groups', holds: ({ place }) => place.groups > 1 && place.group === 0 },
  { says: 'in groups after the first', holds: ({ place }) => place.group > 0 },
  { says: 'after a hyper-parameter was changed', holds: ({ place }) => place.changed },
  { says: 'after a step without a gradient', holds: ({ place }) => place.gap },
  { says: 'in float32', holds: ({ place }) => place.format === 'float32' },
  { says: 'in float64', holds: ({ place }) => place.format === 'float64' },
]

const nth = (n: number): string => `${n}${['th', 'st', 'nd', 'rd'][n] ?? 'th'}`

/** Where the gradient and a state variable before point in opposite directions, over the parameter and in the element. */
const opposed = (rule: Rule): Condition[] =>
  Object.values(rule.state).flatMap(({ as }) => [
    {
      says: `where the gradient of the parameter and its ${as} before point in opposite directions (their dot product is negative)`,
      holds: ({ place }) => downhill(place) * dot(place.g, place.state[as]) < 0,
    },
    {
      says: `where the gradient has another sign than ${as} before`,
      holds: ({ place, index }) => downhill(place) * place.g[index]! * (place.state[as]?.[index] ?? Number.NaN) < 0,
    },
  ])

/** Where a rule goes uphill its gradient is turned around before anything else. */
const downhill = ({ hyper }: Move['place']): number => (hyper.maximize === true ? -1 : 1)

/** Where two of x, g and the state after have one sign, and where they have not. */
function agreeing(rule: Rule): Condition[] {
  const states = Object.values(rule.state).map(({ as }) => as)
  const of = (name: string, move: Move): number =>
    name === 'x'
      ? iterate(move)
      : name === 'g'
        ? downhill(move.place) * gradient(move)
        : (move.place.after[name]?.[move.index] ?? Number.NaN)
  const names = ['x', 'g', ...states]
  return names.flatMap((a, at) =>
    names.slice(at + 1).flatMap(b => [
      { says: `where ${a} and ${b} have the same sign`, holds: (move: Move) => of(a, move) * of(b, move) > 0 },
      { says: `where ${a} and ${b} do not have the same sign`, holds: (move: Move) => of(a, move) * of(b, move) <= 0 },
    ]),
  )
}

const dot = (a: Float64Array, b: Float64Array | undefined): number =>
  b ? a.reduce((sum, value, i) => sum + value * b[i]!, 0) : Number.NaN

/** Every n-th update, and all others. */
const periodic: readonly Condition[] = Array.from({ length: longest - 1 }, (_, k) => k + 2).flatMap(n => [
  { says: `in every ${nth(n)} update`, holds: ({ place }: Move) => place.updates % n === 0 },
  { says: `in all updates but every ${nth(n)}`, holds: ({ place }: Move) => place.updates % n !== 0 },
])

function turned(move: Move): boolean | undefined {
  const [now, before] = [gradient(move), earlier(move)]
  return before === undefined || now * before === 0 ? undefined : now * before < 0
}

function grown(move: Move): number {
  const [now, before] = [gradient(move), earlier(move)]
  return before === undefined ? 0 : Math.sign(Math.abs(now) - Math.abs(before))
}

const along = (move: Move): number =>
  move.variable === 'x' ? Math.sign(move.expected - move.before) * Math.sign(gradient(move)) : 0

/** An option that is on or off, a term that has weight or none. */
const options = (rule: Rule): Condition[] =>
  Object.values(rule.hyper).flatMap(({ name, default: value }) => {
    if (typeof value !== 'boolean' && value !== 0) return []
    const [on, off] = typeof value === 'boolean' ? ['true', 'false'] : ['not 0', '0']
    const isOn = ({ place }: Move): boolean => place.hyper[name] === true || Number(place.hyper[name]) > 0
    return [
      { says: `where ${name} is ${on}`, holds: isOn },
      { says: `where ${name} is ${off}`, holds: (move: Move) => !isOn(move) },
    ]
  })

/** A number that may have to be above or below some value for it to stray. */
interface Size {
  readonly says: string
  of(move: Move): number
}

const sizes = (rule: Rule): readonly Size[] => [
  { says: '|g|', of: move => Math.abs(gradient(move)) },
  { says: 'the length of the gradient of the parameter', of: ({ place }) => Math.hypot(...place.g) },
  { says: '|x|', of: move => Math.abs(iterate(move)) },
  { says: 'the length of the step that the rule makes', of: move => Math.abs(move.expected - move.before) },
  { says: 'the number of the update', of: ({ place }) => place.updates },
  ...Object.values(rule.hyper)
    .filter(({ default: value }) => typeof value === 'number')
    .map(({ name }) => ({ says: name, of: ({ place }: Move) => Number(place.hyper[name]) })),
]

const digits = (value: number): string => String(Number(value.toPrecision(3)))

/** How many of those that stray may be beyond a threshold: a few that stray for another reason do not hide it. */
const tails = [0, 0.05, 0.15] as const

/** Where a number is as large, or as small, as in the updates that stray. */
const thresholds = (rule: Rule, strays: readonly Move[]): Condition[] =>
  sizes(rule).flatMap(({ says, of }) => {
    const values = strays.map(of).sort((a, b) => a - b)
    if (values.some(Number.isNaN)) return []
    return tails.flatMap(tail => {
      const cut = Math.floor(tail * (values.length - 1))
      const [low, high] = [values[cut]!, values[values.length - 1 - cut]!]
      return [
        { says: `where ${says} is ${digits(low)} or more`, holds: (move: Move) => of(move) >= low },
        { says: `where ${says} is ${digits(high)} or less`, holds: (move: Move) => of(move) <= high },
      ]
    })
  })

/** All that may set these updates apart from others. */
export const conditionsFor = (rule: Rule, strays: readonly Move[]): Condition[] => [
  ...fixed,
  ...options(rule),
  ...opposed(rule),
  ...agreeing(rule),
  ...periodic,
  ...thresholds(rule, strays),
]
