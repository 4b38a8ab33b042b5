import type { Rule } from '../../language/rule.ts'
import type { Share } from '../../subject/verdict.ts'
import { type Condition, conditionsFor } from './conditions.ts'
import type { Move } from './moves.ts'

/** What sets the updates that stray apart from those that do not. */
export interface Where {
  readonly says: string
  /** How many of the updates that it names stray, and how many of all others. */
  readonly there: Share
  readonly elsewhere: Share
  /** The harmonic mean of precision and recall. */
  readonly score: number
  readonly holds: (move: Move) => boolean
}

/** A condition may seem to tell something by chance in one of a hundred diagnoses, all conditions together. */
const chance = 0.01

/** What a second condition has to add to the score, or one is enough. */
const worthwhile = 0.1

/** So many conditions are tried two at a time. */
const paired = 48

/** The condition, or the two, that best set the updates that stray apart; undefined where none tells more than chance would. */
export function whereOf(rule: Rule, strays: readonly Move[], conform: readonly Move[]): Where | undefined {
  const all = conditionsFor(rule, strays)
  const weigh = ({ says, holds }: Condition): Where => {
    const [right, wrong] = [strays.filter(holds).length, conform.filter(holds).length]
    return {
      says,
      there: { strays: right, of: right + wrong },
      elsewhere: { strays: strays.length - right, of: strays.length - right + conform.length - wrong },
      score: (2 * right) / (strays.length + right + wrong),
      holds,
    }
  }
  const singles = all
    .map(condition => ({ condition, where: weigh(condition) }))
    .filter(({ where }) => !byChance(where, all.length))
    .sort((a, b) => b.where.score - a.where.score)
  const [one] = singles
  if (!one) return undefined
  const twos = singles
    .slice(0, paired)
    .flatMap(({ condition: a }, at) =>
      singles
        .slice(at + 1, paired)
        .map(({ condition: b }) =>
          weigh({ says: `${a.says} and ${b.says}`, holds: move => a.holds(move) && b.holds(move) }),
        ),
    )
  const best = twos.reduce((a, b) => (b.score > a.score ? b : a), one.where)
  const chosen = best.score > one.where.score + worthwhile ? best : one.where
  return isPlace(chosen) ? chosen : undefined
}

/** It is a place only if most of what strays does so there, and most of what is there strays. */
const isPlace = ({ there, elsewhere }: Where): boolean =>
  there.strays >= mostly * (there.strays + elsewhere.strays) && there.strays >= mostly * there.of
const mostly = 0.6

/**
 * Whether a table of four counts may come about by chance where so many conditions are tried: its likelihood ratio against
 * independence (the G-test, Wilks 1938) has a tail below exp(-G/2), times their number by Bonferroni. A condition that is
 * met less often by what strays tells nothing.
 */
function byChance({ there, elsewhere }: Where, tried: number): boolean {
  const total = there.of + elsewhere.of
  const strays = there.strays + elsewhere.strays
  if (there.strays * elsewhere.of <= elsewhere.strays * there.of) return true
  const part = (seen: number, of: number, share: number): number =>
    seen === 0 ? 0 : seen * Math.log(seen / ((of * share) / total))
  const half =
    part(there.strays, there.of, strays) +
    part(there.of - there.strays, there.of, total - strays) +
    part(elsewhere.strays, elsewhere.of, strays) +
    part(elsewhere.of - elsewhere.strays, elsewhere.of, total - strays)
  return Math.exp(-half) * tried > chance
}
