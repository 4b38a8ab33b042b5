import { completeHyper } from '../../derive/hyper.ts'
import type { HyperValues } from '../../derive/stepper.ts'
import { loadRuleText } from '../../language/load.ts'
import type { Rule } from '../../language/rule.ts'
import { findRule } from '../../rules/index.ts'
import { imagesInFile, trainFiles } from '../../train/data/cifar-layout.ts'
import type { RunSpec } from '../../train/loop/run.ts'
import type { Figure, RunRecord } from '../../train/study/record.ts'
import { median } from '../../train/study/statistics.ts'
import { lastOf } from '../../train/study/tasks.ts'

/** What guessing gets right of ten classes; what a run is worth whose weights are no longer numbers. */
export const chance = 0.1

const isFinished = ({ outcome }: RunRecord): boolean => outcome === 'finished'

/** A figure of each run that finished, by seed. */
export const bySeed = (
  runs: readonly RunRecord[],
  figureOf: (record: RunRecord) => number | undefined,
): Map<number, number> =>
  new Map(
    runs.filter(isFinished).flatMap(record => {
      const value = figureOf(record)
      return value === undefined ? [] : [[record.run.seed, value] as const]
    }),
  )

/** The last of a metric, as a function of the run. */
export const last =
  (metric: string) =>
  (record: RunRecord): number | undefined =>
    lastOf(record, metric)

/** Training accuracy minus test accuracy at the end: how far a run has overfitted. */
export function gapOf(record: RunRecord): number | undefined {
  const [train, test] = [lastOf(record, 'train_accuracy'), lastOf(record, 'test_accuracy')]
  return train === undefined || test === undefined ? undefined : train - test
}

/** Where a run first measured so high a test accuracy; undefined where it never did. */
export const reached = ({ figures }: RunRecord, target: number): Figure | undefined =>
  figures.find(({ metric, value }) => metric === 'test_accuracy' && value >= target)

/** Images a second, the median over the epochs of a run. */
export function speedOf({ figures }: RunRecord): number | undefined {
  const speeds = figures.filter(({ metric }) => metric === 'images_per_second').map(({ value }) => value)
  return speeds.length > 0 ? median(speeds) : undefined
}

const validationShare = 0.1

/** Images that a run trains on; undefined where its record does not tell. */
export function imagesOf({ run, data, figures }: RunRecord): number | undefined {
  if (run.subset !== undefined) return run.subset
  if (data.name === 'CIFAR-10')
    return trainFiles.length * imagesInFile * (run.evaluate === 'validation' ? 1 - validationShare : 1)
  const epoch = figures.findLast(({ metric }) => metric === 'train_loss')
  // To a batch: the last one of an epoch may be smaller.
  return run.batch === 'full' || !epoch ? undefined : (epoch.step / epoch.epoch) * run.batch
}

/** Images that a run has seen after so many steps; undefined where its record does not tell. */
export function examplesAt(record: RunRecord, step: number): number | undefined {
  const images = imagesOf(record)
  if (images === undefined) return undefined
  const { batch } = record.run
  if (batch === 'full') return step * images
  const steps = Math.ceil(images / batch)
  return Math.floor(step / steps) * images + (step % steps) * batch
}

/** The rule of a run, where this version of Lockstep knows it. */
function ruleOf({ rule }: RunSpec): Rule | undefined {
  try {
    return rule.includes('\n') ? loadRuleText(rule, 'a rule of the study') : findRule(rule)
  } catch {
    // An optimizer that is somebody's class has no rule; a record may also be older than the rule it names.
    return undefined
  }
}

/** What a rule is called: its id, also where the run holds its text. */
export const ruleName = (run: RunSpec): string =>
  run.rule.includes('\n') ? (ruleOf(run)?.id ?? 'a rule file') : run.rule

/** All hyper-parameters of a run, with the defaults of its rule. */
export function hyperOf(run: RunSpec): HyperValues {
  const rule = ruleOf(run)
  try {
    return rule ? completeHyper(rule, run.hyper ?? {}) : (run.hyper ?? {})
  } catch {
    return run.hyper ?? {}
  }
}

/** The learning rate of a run, before its schedule. */
export function rateOf(run: RunSpec): number | undefined {
  const { lr } = hyperOf(run)
  return typeof lr === 'number' ? lr : undefined
}
