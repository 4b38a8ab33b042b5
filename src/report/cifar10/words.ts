import type { Comparison } from '../../train/study/compare.ts'
import { conventions } from '../../train/study/statistics.ts'
import { count, plural } from '../numbers.ts'
import type { Analysis, GroupFigures } from './analysis.ts'
import { inP, inPercent, inPoints, inRange, listed, named } from './units.ts'

/** A statement of the summary, with what it rests on as a list below it. */
export interface Statement {
  readonly text: string
  readonly list?: readonly string[]
}

/** The summary in words: what the statistics allow to say, and nothing else. */
export const summaryOf = (analysis: Analysis): Statement[] => [
  ...highest(analysis),
  ...contrasts(analysis.comparisons, analysis, accuracyWords),
  ...contrasts(analysis.study.baseline === undefined ? [] : analysis.gaps, analysis, gapWords),
  ...targets(analysis),
  ...troubles(analysis),
]

/** How a difference of a figure is put. */
interface Words {
  readonly more: string
  readonly less: string
  readonly none: string
  readonly figure: string
}

const accuracyWords: Words = {
  more: 'better',
  less: 'worse',
  none: 'In test accuracy no difference was found',
  figure: 'test accuracy',
}
const gapWords: Words = {
  more: 'larger',
  less: 'smaller',
  none: 'In the gap between training and test accuracy no difference was found',
  figure: 'gap between training and test accuracy',
}

/** Groups that can be told to be highest: all their runs ended. */
export const leaderOf = ({ groups }: Analysis): GroupFigures | undefined =>
  groups
    .filter(({ accuracy, diverged }) => accuracy && diverged === 0)
    .reduce<GroupFigures | undefined>(
      (best, each) => (best && best.accuracy!.mean >= each.accuracy!.mean ? best : each),
      undefined,
    )

function highest(analysis: Analysis): Statement[] {
  const leader = leaderOf(analysis)
  if (!leader) return [{ text: 'There is no finished run on the test images yet, so that nothing can be said.' }]
  const { mean, interval, n } = leader.accuracy!
  const range = interval
    ? `95 % interval ${inRange(interval)}\u00a0%, ${plural(n, 'seed')}`
    : 'one seed: how it scatters is not known'
  const verb = analysis.groups.length > 1 ? 'has the highest mean test accuracy:' : 'comes to a mean test accuracy of'
  return [{ text: `${named(leader.group.name)} ${verb} ${inPercent(mean)} (${range}).` }]
}

/** So many comparisons are told one by one, whatever they are of. */
const few = 6

/** Comparisons of the one that all are held against, or of the leader; the others are counted. */
function contrasts(comparisons: readonly Comparison[], analysis: Analysis, words: Words): Statement[] {
  if (comparisons.length === 0) return []
  const center = analysis.study.baseline ?? leaderOf(analysis)?.group.arm.name
  const centers = new Set(
    analysis.groups.filter(({ group }) => group.arm.name === center).map(({ group }) => group.name),
  )
  const isFew = analysis.study.baseline === undefined && comparisons.length <= few
  const shown = isFew ? comparisons : comparisons.filter(({ a, b }) => centers.has(a) || centers.has(b))
  const rest = comparisons.filter(each => !shown.includes(each))
  const found = shown.filter(each => each.found)
  const open = shown.filter(each => !each.found)
  return [
    ...(found.length > 0 ? [differences(found, analysis, words, centers)] : []),
    ...(open.length > 0 ? [nothing(open, words, centers)] : []),
    ...(rest.length > 0 ? [others(rest, words)] : []),
  ]
}

/** Differences, one in a sentence, more as a list. */
function differences(
  found: readonly Comparison[],
  analysis: Analysis,
  words: Words,
  centers: ReadonlySet<string>,
): Statement {
  const { of } = found[0]!
  const correction = of > 1 ? ` after Holm’s correction for ${count(of)} comparisons` : ''
  const told = found.map(each => difference(each, analysis, words, centers))
  if (told.length === 1) return { text: `${told[0]!.replace(/\)$/, `${correction})`)}.` }
  return {
    text: `Differences in ${words.figure} that the runs show at ${100 * conventions.alpha} %, in percentage points, with p${correction}:`,
    list: told,
  }
}

/** One difference: of two accuracies from the larger one, of two gaps from the one that is not the center. */
function difference(
  { a, b, mean, interval, adjusted, n }: Comparison,
  { study }: Analysis,
  words: Words,
  centers: ReadonlySet<string>,
): string {
  const isAccuracy = words === accuracyWords
  const [subject, object, word] =
    centers.has(a) && !isAccuracy ? [named(b), named(a), words.less] : [named(a), named(b), words.more]
  const statement = isAccuracy
    ? `${subject} is ${word} than ${object}`
    : `the gap of ${subject} is ${word} than that of ${object}`
  const range = interval ? `95 % interval ${inRange(interval)}, ` : ''
  const fewer = n < study.seeds.length ? `, ${plural(n, 'seed')} in common` : ''
  return `${statement} by ${inPoints(mean)} points (${range}${inP(adjusted!)}${fewer})`
}

function nothing(open: readonly Comparison[], { none }: Words, centers: ReadonlySet<string>): Statement {
  const constant = open
    .filter(({ adjusted }) => adjusted === undefined)
    .map(({ a, b }) => `${named(a)} and ${named(b)} differ by the same in every seed, so that no test can be made.`)
  const tested = open.filter(({ adjusted }) => adjusted !== undefined)
  return { text: [...(tested.length > 0 ? [notFound(tested, none, centers)] : []), ...constant].join(' ') }
}

function notFound(tested: readonly Comparison[], none: string, centers: ReadonlySet<string>): string {
  const pairs = tested.map(
    ({ a, b }) => (centers.has(a) ? [named(a), named(b)] : [named(b), named(a)]) as [string, string],
  )
  const isOne = new Set(pairs.map(([center]) => center)).size === 1
  const between = isOne
    ? `between ${pairs[0]![0]} and ${pairs.length > 1 ? 'any of ' : ''}${listed(pairs.map(([, other]) => other))}`
    : `between ${listed(pairs.map(pair => pair.join(' and ')))}`
  const visible = tested.flatMap(({ detectable }) => (detectable ? [detectable] : []))
  const seeds = Math.min(...tested.map(({ n }) => n))
  const power =
    visible.length === 0
      ? ''
      : ` That is no proof of equality: with ${plural(seeds, 'seed')}, a true difference below ${rangeOf(visible)} is missed in more than one of five such studies.`
  return `${none} ${between}.${power}`
}

function rangeOf(differences: readonly number[]): string {
  const [low, high] = [inPoints(Math.min(...differences)), inPoints(Math.max(...differences))]
  return low === high ? `${low} points` : `${low} to ${high} points (it depends on the pair)`
}

function others(rest: readonly Comparison[], { figure }: Words): Statement {
  const found = rest.filter(each => each.found).length
  return {
    text: `Of the other ${plural(rest.length, 'comparison')} of ${figure}, ${count(found)} ${found === 1 ? 'shows' : 'show'} a difference; the table of comparisons in the report has them all.`,
  }
}

function targets({ groups, study }: Analysis): Statement[] {
  if (study.target === undefined) return []
  const goal = `${inPercent(study.target)} test accuracy`
  const reached = groups.filter(({ toTarget }) => toTarget?.step !== undefined)
  const least = Math.min(...reached.map(({ toTarget }) => toTarget!.step!))
  const first = reached.filter(({ toTarget }) => toTarget!.step === least)
  if (!first[0]) return [{ text: `None came to ${goal} in more than half of its runs.` }]
  const all = reached.length === groups.length ? 'All' : `${reached.length} of ${groups.length}`
  return [
    {
      text: `The fewest steps to ${goal}, measured after each epoch: ${plural(least, 'step')} (epoch ${first[0].toTarget!.epoch}) in the median, with ${listed(first.map(({ group }) => named(group.name)))}. No test was made of this. ${all} came so far in more than half of their runs.`,
    },
  ]
}

function divergedIn({ group, diverged }: GroupFigures): string {
  const { length } = group.runs
  const reason = 'the loss was no longer a finite number'
  if (diverged === length)
    return `${length === 1 ? 'The run' : `All ${length} runs`} of ${named(group.name)} diverged (${reason}); it has no means.`
  return `${diverged} of ${length} runs of ${named(group.name)} diverged (${reason}). Its means are of the others, and so flatter it; it is not ranked as the highest.`
}

/** What readers have to know of the runs. */
function troubles({ groups, study, left }: Analysis): Statement[] {
  const diverged = groups.filter(each => each.diverged > 0).map(divergedIn)
  const missing = groups.filter(({ group }) => group.runs.length < study.seeds.length)
  const short =
    missing.length > 0
      ? [
          `Not all runs are made yet: ${listed(missing.map(({ group }) => `${named(group.name)} has ${group.runs.length} of ${study.seeds.length}`))}.`,
        ]
      : []
  return [...diverged, ...short, ...left].map(text => ({ text }))
}
