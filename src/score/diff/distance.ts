import { defaultsOf } from '../../checks/conditions.ts'
import { type Defaults, inWordsOf, type Names } from '../../derive/compare/vocabulary.ts'
import { isLegal } from '../../derive/hyper.ts'
import { print } from '../../language/print.ts'
import type { Rule } from '../../language/rule.ts'
import { normals } from '../../numbers/random.ts'
import { ruleSubject } from '../../subject/rule-subject.ts'
import type { HyperValues, Run } from '../../subject/subject.ts'

/** How far the first step from x = 0 goes under each rule, for one size of the gradient. */
export interface FirstStep {
  readonly g: number
  readonly a: number
  readonly b: number
}

/** How far two rules are apart after a run on one stream of gradients. */
export interface Training {
  /** Standard deviation of the gradients. */
  readonly scale: number
  readonly steps: number
  /** Distance between the two iterates as a share of the longer of their ways; NaN where a run leaves the finite numbers. */
  readonly distance: number
}

/**
 * How far two rules get from each other on a quadratic, where each is given the gradient at its own point: the largest
 * distance between iterates, and between the points where gradients are taken, as shares of the longest way.
 */
export interface Descent {
  readonly steps: number
  readonly iterates: number
  readonly points: number
}

/** What is measured of two rules, in float64. */
export interface Distance {
  /** Whether it was measured with defaults, or with the values of a scenario that tells them apart. */
  readonly at: 'defaults' | 'scenario'
  /** The first rule's epsilon, or the second's; 0 where they have none. */
  readonly eps: number
  readonly first: readonly FirstStep[]
  readonly training: readonly Training[]
  /** Where they take their gradients at different points: a stream of gradients does not show what that means. */
  readonly descent?: Descent
}

/** How many times as far the longer of two steps goes; NaN where neither moves, or one leaves the finite numbers. */
export const ratioOf = (a: number, b: number): number =>
  Number.isFinite(a) && Number.isFinite(b) ? Math.max(a, b) / Math.min(a, b) : Number.NaN

/** Sizes of gradients, from far below every epsilon in use to far above it. */
const decades = Array.from({ length: 25 }, (_, k) => Number(`1e${k - 20}`))

const steps = 1000
const elements = 8

/** Measures how far two rules come apart with their defaults; undefined where no defaults are legal for both. */
export async function distanceOf(
  a: Rule,
  b: Rule,
  names: Names,
  defaults: Defaults,
  seed: number,
): Promise<Distance | undefined> {
  const other = inWordsOf(a, b, names, defaults)
  const hyper = defaults === 'own' ? {} : legalForBoth(a, b, other, names)
  return hyper && { at: 'defaults', ...(await measured(a, other, epsilonOf(names), hyper, seed)) }
}

/** The same with the values of a scenario that tells them apart, in the names of the first. */
export async function distanceAt(a: Rule, b: Rule, names: Names, hyper: HyperValues, seed: number): Promise<Distance> {
  return { at: 'scenario', ...(await measured(a, inWordsOf(a, b, names, 'shared'), epsilonOf(names), hyper, seed)) }
}

/** Whether runs came no further apart than rounding takes them. */
export const isSilent = ({ training }: Distance): boolean => training.every(({ distance }) => distance < rounding)

/** A thousand steps of a few roundings each, all in one direction. */
const rounding = 10 * steps * Number.EPSILON

/** What the first rule calls what one of them calls eps. */
const epsilonOf = (names: Names): string => [...names].find(pair => pair.includes('eps'))?.[0] ?? 'eps'

async function measured(
  a: Rule,
  other: Rule,
  epsilon: string,
  hyper: HyperValues,
  seed: number,
): Promise<Omit<Distance, 'at'>> {
  const eps = Number({ ...defaultsOf(other), ...defaultsOf(a), ...hyper }[epsilon] ?? 0)
  const sizes = [...new Set([...decades, ...(eps > 0 ? [eps] : [])])].sort((one, other) => one - other)
  const first: FirstStep[] = []
  for (const g of sizes)
    first.push({ g, a: Math.abs(await stepFromZero(a, hyper, g)), b: Math.abs(await stepFromZero(other, hyper, g)) })
  const training: Training[] = []
  // Where epsilon does not matter, and where it does.
  for (const scale of eps > 0 && eps !== 1 ? [1, eps] : [1]) training.push(await trained(a, other, hyper, scale, seed))
  const ahead = print(a.at) !== print(other.at)
  return { eps, first, training, ...(ahead && { descent: await descended(a, other, hyper, seed) }) }
}

/** The first rule's defaults, but for those that the second does not allow: these are the second's. */
function legalForBoth(a: Rule, b: Rule, other: Rule, names: Names): HyperValues | undefined {
  const usual = defaultsOf(a)
  const theirs = Object.fromEntries([...names].map(([name, own]) => [name, b.hyper[own]!.default]))
  const changed = Object.keys(theirs).filter(
    name => !isLegal(other, { ...defaultsOf(other), ...theirs, [name]: usual[name]! }),
  )
  const hyper = Object.fromEntries(changed.map(name => [name, theirs[name]!]))
  const legal = (rule: Rule): boolean => isLegal(rule, { ...defaultsOf(rule), ...hyper })
  return legal(a) && legal(other) ? hyper : undefined
}

const open = async (rule: Rule, hyper: HyperValues, value: Float64Array): Promise<Run> =>
  ruleSubject(rule).open({
    rule: rule.id,
    format: 'float64',
    groups: [{ hyper, params: [{ name: 'x', value }] }],
  })

const next = async (run: Run, gradient: Float64Array): Promise<Float64Array> => (await run.step([gradient]))![0]!

async function stepFromZero(rule: Rule, hyper: HyperValues, g: number): Promise<number> {
  const run = await open(rule, hyper, Float64Array.of(0))
  return (await next(run, Float64Array.of(g)))[0]!
}

/** Runs both on the same nearly normal gradients, from the same nearly normal start. */
async function trained(a: Rule, b: Rule, hyper: HyperValues, scale: number, seed: number): Promise<Training> {
  const stream = normals(seed)
  const draw = (): Float64Array => Float64Array.from({ length: elements }, () => stream.next().value)
  const start = draw()
  const runs = [await open(a, hyper, start.slice()), await open(b, hyper, start.slice())] as const
  let ends: [Float64Array, Float64Array] = [start, start]
  for (let step = 1; step <= steps; step++) {
    const gradient = draw().map(value => value * scale)
    ends = [await next(runs[0], gradient.slice()), await next(runs[1], gradient.slice())]
  }
  const between = far(...ends)
  return { scale, steps, distance: between === 0 ? 0 : between / Math.max(far(ends[0], start), far(ends[1], start)) }
}

/** Runs both down the same quadratic, whose curvatures are spread over two decades up to 1. */
async function descended(a: Rule, b: Rule, hyper: HyperValues, seed: number): Promise<Descent> {
  const stream = normals(seed)
  const start = Float64Array.from({ length: elements }, () => stream.next().value)
  const curvatures = start.map((_, i) => 10 ** ((-2 * i) / (elements - 1)))
  const runs = [await open(a, hyper, start.slice()), await open(b, hyper, start.slice())] as const
  const largest = { way: 0, iterates: 0, points: 0 }
  for (let step = 1; step <= steps; step++) {
    const walk = async (run: Run) => {
      const point = (await run.point!())[0]!
      return {
        point,
        x: await next(
          run,
          point.map((value, i) => curvatures[i]! * value),
        ),
      }
    }
    const [left, right] = [await walk(runs[0]), await walk(runs[1])]
    largest.way = Math.max(largest.way, far(left.x, start), far(right.x, start))
    largest.iterates = Math.max(largest.iterates, far(left.x, right.x))
    largest.points = Math.max(largest.points, far(left.point, right.point))
  }
  const share = (distance: number): number => (distance === 0 ? 0 : distance / largest.way)
  return { steps, iterates: share(largest.iterates), points: share(largest.points) }
}

const far = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((value, i) => value - b[i]!))
