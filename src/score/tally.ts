import type { Fate, RuleScore } from './score.ts'

/** The figures of one rule, or of several together. */
export interface Tally {
  readonly mutants: number
  /** Those that no input can tell from the rule, each with its argument. */
  readonly equivalent: number
  /** How many of all the default run of `verify` rejects, with the seed that rejects fewest. */
  readonly caught: number
  /** How many of all the conformance vectors alone reject; null where there are none. */
  readonly byVectors: number | null
  /** How many each check was the first to reject, under the first seed. */
  readonly by: ReadonlyMap<string, number>
}

/** Adds up what became of the mutants. */
export function tally(scores: readonly RuleScore[]): Tally {
  const fates = scores.flatMap(score => score.fates)
  const seeds = scores[0]?.seeds.length ?? 0
  const by = new Map<string, number>()
  for (const { caught } of fates) if (caught[0]) by.set(caught[0], (by.get(caught[0]) ?? 0) + 1)
  const perSeed = Array.from({ length: seeds }, (_, s) => fates.filter(({ caught }) => caught[s] !== null).length)
  return {
    mutants: fates.length,
    equivalent: fates.filter(({ equivalent }) => equivalent !== undefined).length,
    caught: Math.min(...perSeed),
    byVectors: fates.every(({ byVectors }) => byVectors === null)
      ? null
      : fates.filter(({ byVectors }) => byVectors).length,
    by: new Map([...by].sort(([, a], [, b]) => b - a)),
  }
}

/** The mutants that one of the seeds lets pass although something tells them from the rule. */
export const missed = ({ fates }: RuleScore): Fate[] =>
  fates.filter(({ caught, equivalent }) => equivalent === undefined && caught.some(check => check === null))
