import * as fc from 'fast-check'
import { type Shape, scenarios } from '../checks/scenarios.ts'
import { isLegal } from '../derive/hyper.ts'
import type { Mutant } from '../derive/mutants/index.ts'
import { contains } from '../language/domain.ts'
import type { Hyper, Rule } from '../language/rule.ts'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { HyperValues } from '../subject/subject.ts'
import { caught, type Prey, type Trap, trapOf } from './prey.ts'

/** A scenario on which rule and mutants differ by more than the bound, and which ones those are. */
export interface Catch<P extends Prey = Mutant> {
  readonly trap: Trap
  readonly mutants: readonly P[]
}

/** How it is hunted, where not for mutants. */
export interface Manner<P extends Prey> {
  /** When a scenario counts as telling the rule from another. */
  readonly caught: (trap: Trap, other: P) => Promise<boolean>
  /** Hyper-parameters that may vary; all others keep the rule's default. */
  readonly vary?: readonly string[]
}

export interface Ground {
  readonly shape: Shape
  readonly draws: number
  /** Whether a hyper-parameter is moved to an edge of its domain, or to 1. */
  readonly edges?: boolean
  /** Whether gradients follow a quadratic, as rules that look ahead need. */
  readonly quadratic?: boolean
}

/** Where scenarios are drawn, the plainest first: what a port can play without more machinery comes before what it may lack. */
export const grounds: readonly Ground[] = [
  { shape: { steps: [1, 6] }, draws: 150 },
  { shape: { steps: [1, 12], palettes: ['mixed', 'tiny', 'large', 'zeros', 'constant'] }, draws: 150 },
  { shape: { steps: [2, 12] }, edges: true, draws: 300 },
  { shape: { steps: [2, 12] }, quadratic: true, draws: 60 },
  {
    shape: { steps: [2, 12], changes: true, absent: true, palettes: ['late', 'mixed', 'unit'] },
    edges: true,
    draws: 1000,
  },
]

export const looksAhead = ({ at }: Rule): boolean => at.op !== 'name'

/** The scenarios of one ground. */
export function drawn(
  rule: Rule,
  { shape, edges = false, quadratic = false }: Ground,
  vary: readonly string[] = Object.keys(rule.hyper),
): fc.Arbitrary<Scenario> {
  // Schedules change the rate; a port may be able to change nothing else.
  const changing = vary.includes('lr') ? ['lr'] : []
  const plain = scenarios(rule, ['float32'], { ...shape, vary, changing })
  const edged = edges
    ? fc.tuple(plain, moves(rule, vary)).map(([scenario, hyper]) => withHyper(rule, scenario, hyper))
    : plain
  return fc
    .tuple(edged, fc.integer({ min: 0, max: 3 }))
    .map(([scenario, quarter]) => awake(rule, scenario, quarter === 3))
    .map(scenario => sparse(rule, quadratic ? onQuadratic(scenario) : scenario))
}

/** Values at the edges of domains, one or two at a time. */
function moves(rule: Rule, vary: readonly string[]): fc.Arbitrary<HyperValues> {
  const numbers = Object.values(rule.hyper).filter(
    ({ name, default: value }) => typeof value === 'number' && vary.includes(name),
  )
  if (numbers.length === 0) return fc.constant({})
  const one = fc
    .constantFrom(...numbers)
    .chain(hyper => fc.constantFrom(...edgesOf(hyper)).map(value => [hyper.name, value] as const))
  return fc.array(one, { maxLength: 2 }).map(entries => Object.fromEntries(entries))
}

function edgesOf({ domain, default: usual }: Hyper): number[] {
  const near = [0, 1, domain?.low ?? 0, domain?.high ?? 1, 0.5, Number(usual) * 1e3, Number(usual) * 1e-3, 2]
  return near.filter(value => Number.isFinite(value) && (!domain || contains(domain, value)))
}

function withHyper(rule: Rule, scenario: Scenario, hyper: HyperValues): Scenario {
  const groups = scenario.groups.map(group => ({ ...group, hyper: { ...group.hyper, ...hyper } }))
  return groups.every(group => isLegal(rule, group.hyper)) ? { ...scenario, groups } : scenario
}

/**
 * A rate that becomes zero shows what moves without it. One that is zero stays so by any factor: it changes to the default,
 * which shows what was kept meanwhile.
 */
function awake(rule: Rule, scenario: Scenario, toZero: boolean): Scenario {
  const usual = rule.hyper.lr?.default
  if (!scenario.changes || usual === undefined) return scenario
  const wasZero = scenario.groups[0]!.hyper.lr === 0
  const lr = wasZero ? usual : 0
  if (!wasZero && !toZero) return scenario
  return { ...scenario, changes: scenario.changes.map(change => ({ ...change, hyper: { ...change.hyper, lr } })) }
}

/** Hyper-parameters at their defaults are left out, so that a default that is another shows. */
export const sparse = (rule: Rule, scenario: Scenario): Scenario => ({
  ...scenario,
  groups: scenario.groups.map(group => ({
    ...group,
    hyper: Object.fromEntries(
      Object.entries(group.hyper).filter(([name, value]) => rule.hyper[name]!.default !== value),
    ),
  })),
})

/** The gradient of a quadratic whose curvatures are the sizes of the first gradients. */
function onQuadratic(scenario: Scenario): Scenario {
  const first = (scenario.gradients as (string | null)[][])[0]!
  const coefficients = first.map(bits => arrayToBits(arrayFromBits(bits ?? '', 'float32').map(Math.abs), 'float32'))
  return { ...scenario, gradients: { problem: 'quadratic', coefficients } }
}

/**
 * Finds scenarios that tell a rule from its mutants: draws until each is caught or the draws are used up, leaves out
 * scenarios whose catch others make too, and shrinks the rest as far as they keep their own. The same seed finds the same.
 */
export async function hunt<P extends Prey>(
  rule: Rule,
  mutants: readonly P[],
  seed: number,
  manner: Manner<P> = { caught },
): Promise<{ catches: Catch<P>[]; free: P[] }> {
  const made: Made<P>[] = []
  let free = [...mutants]
  for (const ground of grounds.filter(({ quadratic = false }) => !quadratic || looksAhead(rule))) {
    for (const scenario of fc.sample(drawn(rule, ground, manner.vary), { seed, numRuns: ground.draws })) {
      if (free.length === 0) break
      const trap = await trapOf(rule, scenario)
      const own = await those(free, mutant => manner.caught(trap, mutant))
      if (own.length === 0) continue
      made.push({ catch: { trap, mutants: own }, ground })
      free = free.filter(mutant => !own.includes(mutant))
    }
  }
  const kept = await fewest(made, manner)
  const catches: Catch<P>[] = []
  for (const each of kept) catches.push(await shrunk(rule, each, seed, manner))
  return { catches, free }
}

async function those<P>(mutants: readonly P[], wanted: (mutant: P) => Promise<boolean>): Promise<P[]> {
  const found: P[] = []
  for (const mutant of mutants) if (await wanted(mutant)) found.push(mutant)
  return found
}

type Made<P extends Prey> = { readonly catch: Catch<P>; readonly ground: Ground }

/**
 * From the last, which caught what was hardest, to the first: each keeps what no later one catches. Plain scenarios go
 * before those that need what a port may lack.
 */
async function fewest<P extends Prey>(made: readonly Made<P>[], { caught }: Manner<P>): Promise<Made<P>[]> {
  const kept: Made<P>[] = []
  const covered = new Set<P>()
  const all = made.flatMap(each => each.catch.mutants)
  const plainFirst = made.toReversed().sort((a, b) => Number(special(a)) - Number(special(b)))
  for (const { ground, ...made } of plainFirst) {
    const { trap } = made.catch
    const own = await those(
      all.filter(mutant => !covered.has(mutant)),
      mutant => caught(trap, mutant),
    )
    if (own.length === 0) continue
    for (const mutant of own) covered.add(mutant)
    kept.push({ catch: { trap, mutants: own }, ground })
  }
  return kept
}

const special = ({ ground }: Made<Prey>): boolean => Boolean(ground.shape.changes || ground.quadratic)

/** How many smaller scenarios are tried. */
const tries = 300

/** The smallest scenario found that still catches all of them. */
async function shrunk<P extends Prey>(
  rule: Rule,
  { catch: { trap, mutants }, ground }: Made<P>,
  seed: number,
  { caught, vary }: Manner<P>,
): Promise<Catch<P>> {
  let smallest = trap
  let left = tries
  const wanted = JSON.stringify(trap.scenario)
  let found = false
  const property = fc.asyncProperty(drawn(rule, ground, vary), async scenario => {
    if (!found && JSON.stringify(scenario) !== wanted) return true
    if (found && left-- <= 0) return true
    const smaller = await trapOf(rule, scenario)
    // Those that few scenarios catch are asked first, so that most tries end soon.
    for (const mutant of mutants.toReversed()) if (!(await caught(smaller, mutant))) return true
    found = true
    smallest = smaller
    return false
  })
  await fc.check(property, { seed, numRuns: ground.draws })
  return { trap: smallest, mutants }
}
