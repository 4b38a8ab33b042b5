import { type Comparison, compareBySeed, oriented, pairsOf, type Sample } from '../../train/study/compare.ts'
import type { RunRecord } from '../../train/study/record.ts'
import {
  bestOfK,
  type Interval,
  median,
  notNegative,
  type Spread,
  shares,
  spreadOf,
} from '../../train/study/statistics.ts'
import type { Study } from '../../train/study/study.ts'
import { lastOf } from '../../train/study/tasks.ts'
import { type Group, type StudyRecords, select } from './groups.ts'
import { bySeed, chance, examplesAt, gapOf, last, rateOf, reached, speedOf } from './measures.ts'

/** When a group reached the target: the median over its seeds, where more than half of them did. */
export interface ToTarget {
  readonly reached: number
  readonly step?: number
  readonly epoch?: number
  readonly examples?: number
}

/** What the runs of a group come to; those that diverged are counted, and in no mean. */
export interface GroupFigures {
  readonly group: Group
  readonly diverged: number
  /** Shares from 0 to 1 at the end of the runs. */
  readonly accuracy?: Spread
  readonly loss?: Spread
  readonly gap?: Spread
  readonly toTarget?: ToTarget
  readonly imagesPerSecond?: Spread
  readonly seconds: number
}

/** One run of a search: the rate, and what it came to on the images set aside. */
export interface Tried {
  readonly lr?: number
  readonly accuracy: number
  readonly diverged: boolean
}

export interface SearchFigures {
  readonly arm: string
  readonly tried: readonly Tried[]
  /** The expected best accuracy of 1, 2, ... of these runs; a run that diverged is worth as much as guessing. */
  readonly bestOf: readonly number[]
}

/** All that a report says, in numbers. */
export interface Analysis {
  readonly study: Study
  readonly records: readonly RunRecord[]
  readonly groups: readonly GroupFigures[]
  /** Of the test accuracy; the one with the larger comes first. */
  readonly comparisons: readonly Comparison[]
  /** Of training minus test accuracy, where there is something that all are held against. */
  readonly gaps: readonly Comparison[]
  readonly searches: readonly SearchFigures[]
  /** In sentences, which runs were left out. */
  readonly left: readonly string[]
}

/** Reads a study's runs: statistics over seeds, comparisons, and what the search tells. */
export function analyse({ study, records }: StudyRecords): Analysis {
  const { groups, searches, left } = select({ study, records })
  const sorted = [...groups].sort(byMean)
  const compared = (figureOf: (record: RunRecord) => number | undefined): Comparison[] => {
    const samples = sorted.map(({ name, runs }): Sample => ({ name, bySeed: bySeed(runs, figureOf) }))
    return compareBySeed(samples, comparedPairs(sorted, study.baseline)).map(oriented)
  }
  return {
    study,
    records,
    groups: groups.map(group => figuresOf(group, study.target)),
    comparisons: compared(last('test_accuracy')),
    gaps: study.baseline === undefined ? [] : compared(gapOf),
    searches: [...searches].map(([arm, runs]) => searchFigures(arm, runs)),
    left,
  }
}

/** The highest test accuracy first; those without one last. */
function byMean(a: Group, b: Group): number {
  const [x, y] = [a, b].map(({ runs }) => spreadOf([...bySeed(runs, last('test_accuracy')).values()])?.mean ?? -1)
  return y! - x!
}

/** Arms within each engine, and each arm between the first engine and the others. */
function comparedPairs(groups: readonly Group[], baseline: string | undefined): (readonly [string, string])[] {
  const engines = [...new Set(groups.map(({ engine }) => engine))]
  const within = engines.flatMap(engine => {
    const own = groups.filter(group => group.engine === engine)
    return pairsOf(
      own.map(({ name }) => name),
      own.find(({ arm }) => arm.name === baseline)?.name,
    )
  })
  const between = groups
    .filter(({ engine }) => engine === engines[0])
    .flatMap(first =>
      groups
        .filter(({ arm, engine }) => arm.name === first.arm.name && engine !== first.engine)
        .map(other => [first.name, other.name] as const),
    )
  return [...within, ...between]
}

function figuresOf(group: Group, target: number | undefined): GroupFigures {
  const { runs } = group
  const spread = (figureOf: (record: RunRecord) => number | undefined, possible?: Interval): Spread | undefined =>
    spreadOf([...bySeed(runs, figureOf).values()], possible)
  return defined({
    group,
    diverged: runs.filter(({ outcome }) => outcome === 'diverged').length,
    accuracy: spread(last('test_accuracy'), shares),
    loss: spread(last('test_loss'), notNegative),
    gap: spread(gapOf),
    toTarget: target === undefined ? undefined : toTarget(runs, target),
    imagesPerSecond: spread(speedOf, notNegative),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
  })
}

function toTarget(runs: readonly RunRecord[], target: number): ToTarget {
  const firsts = runs.map(record => ({ record, figure: reached(record, target) }))
  const middle = (of: (record: RunRecord, step: number, epoch: number) => number | undefined): number | undefined => {
    const value = median(
      firsts.map(({ record, figure }) =>
        figure ? (of(record, figure.step, figure.epoch) ?? Number.NaN) : Number.POSITIVE_INFINITY,
      ),
    )
    return Number.isFinite(value) ? value : undefined
  }
  return defined({
    reached: firsts.filter(({ figure }) => figure).length,
    step: middle((_, step) => step),
    epoch: middle((_, __, epoch) => epoch),
    examples: middle(examplesAt),
  })
}

function searchFigures(arm: string, runs: readonly RunRecord[]): SearchFigures {
  const tried = runs.map((record): Tried => {
    const diverged = record.outcome === 'diverged'
    const accuracy = diverged ? chance : (lastOf(record, 'validation_accuracy') ?? Number.NaN)
    return defined({ lr: rateOf(record.run), accuracy, diverged })
  })
  const measured = tried.filter(({ accuracy }) => Number.isFinite(accuracy))
  return { arm, tried: measured, bestOf: bestOfK(measured.map(({ accuracy }) => accuracy)) }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Leaves out what is undefined. */
const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
