import { count } from '../numbers.ts'
import type { Analysis, GroupFigures } from './analysis.ts'
import { engineName } from './groups.ts'
import { inPercent, inRange, inTime, listed, named } from './units.ts'
import { leaderOf } from './words.ts'

const rangeIn = ({ accuracy }: GroupFigures): string =>
  accuracy?.interval ? ` (95\u00a0% interval ${inRange(accuracy.interval)}\u00a0%)` : ''

/** Four numbers at the top of the page. */
export function numbersOf(analysis: Analysis): (readonly [string, string])[] {
  const { groups, comparisons } = analysis
  const leader = leaderOf(analysis)
  const runs = groups.reduce((sum, { group }) => sum + group.runs.length, 0)
  const diverged = groups.reduce((sum, each) => sum + each.diverged, 0)
  const searched = analysis.searches.reduce((sum, { tried }) => sum + tried.length, 0)
  const found = comparisons.filter(each => each.found).length
  const seconds = analysis.records.reduce((sum, record) => sum + record.seconds, 0)
  const engines = [...new Set(groups.map(({ group }) => engineName(group.engine)))]
  return [
    leader
      ? [
          inPercent(leader.accuracy!.mean),
          `the highest mean test accuracy: ${named(leader.group.name)}${rangeIn(leader)}`,
        ]
      : ['–', 'no finished run yet'],
    comparisons.length === 0
      ? ['–', 'nothing is compared: that takes two arms with two seeds']
      : [
          `${found} of ${comparisons.length}`,
          `${comparisons.length === 1 ? 'comparison shows' : 'comparisons show'} a difference in test accuracy`,
        ],
    [
      count(runs),
      `${runs === 1 ? 'run' : 'runs'} on the test images${diverged > 0 ? `, ${diverged} diverged` : ''}${searched > 0 ? `; ${count(searched)} chose hyper-parameters before` : ''}`,
    ],
    [inTime(seconds), `of computing, on ${listed(engines)}`],
  ]
}
