import { type Alignment, align } from '../../derive/compare/align.ts'
import { type Fact, factsOf } from '../../derive/compare/facts.ts'
import type { Defaults, Names } from '../../derive/compare/vocabulary.ts'
import type { Rule } from '../../language/rule.ts'
import { type Search, tellApart } from './apart.ts'
import { type Distance, distanceAt, distanceOf, isSilent } from './distance.ts'

/** What was found with the hyper-parameters of one choice of defaults. */
export interface Comparison extends Search {
  readonly distance?: Distance
}

/** Everything that is known of the difference between two rules. */
export interface RuleDiff {
  readonly a: Rule
  readonly b: Rule
  readonly seed: number
  /** Hyper-parameters of the second rule by those of the first that mean the same. */
  readonly names: Names
  readonly alignment: Alignment
  readonly facts: readonly Fact[]
  /** Whether the formulas are the same tree but for names. */
  readonly sameFormula: boolean
  /** With the hyper-parameters equal that both have. */
  readonly shared: Comparison
  /** With each rule's own defaults, where some of these differ. */
  readonly own?: Comparison
}

/** Compares two rules: as they are written, whether any scenario tells them apart, and how far they come apart. */
export async function diffOf(a: Rule, b: Rule, names: Names, seed: number): Promise<RuleDiff> {
  const alignment = align(a, b, names)
  const facts = factsOf(a, b, names, alignment)
  const sameFormula = alignment.rows.every(({ same }) => same) && facts.every(({ formula }) => !formula)
  const compare = async (defaults: Defaults): Promise<Comparison> => {
    const search = await tellApart({ a, b, names, defaults, seed })
    const usual = await distanceOf(a, b, names, defaults, seed)
    const hyper = search.witness ? search.witness.scenario.groups[0]!.hyper : {}
    // An option that is off by default shows nothing there.
    const moved = (!usual || isSilent(usual)) && Object.keys(hyper).length > 0
    const distance = moved ? await distanceAt(a, b, names, hyper, seed) : usual
    return { ...search, ...(distance && { distance }) }
  }
  const shared = await compare('shared')
  const differ = facts.some(({ kind }) => kind === 'default')
  return { a, b, seed, names, alignment, facts, sameFormula, shared, ...(differ && { own: await compare('own') }) }
}
