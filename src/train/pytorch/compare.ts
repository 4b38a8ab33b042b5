import jstat from 'jstat'
import type { DataSet } from '../data/images.ts'
import type { Engine } from '../engines/engine.ts'
import type { Measurement, RunSpec } from '../loop/run.ts'
import { train } from '../loop/train.ts'
import type { Machine } from '../study/record.ts'
import { median } from '../study/statistics.ts'
import type { PytorchTrainer } from './trainer.ts'

/** One step of the same run, made three times; losses are those of the training batch, without penalty. */
export interface StepLosses {
  readonly seed: number
  readonly step: number
  readonly lockstep: number
  /** PyTorch in float32. */
  readonly pytorch: number
  /** PyTorch in float64, from the same weights on the same batches: what rounding is held against. */
  readonly exact: number
}

/** What all seeds say of one step. */
export interface StepDifference {
  readonly step: number
  /** The largest difference between Lockstep and PyTorch, and the largest share of the loss that it is. */
  readonly difference: number
  readonly relative: number
  /** Root mean square over seeds of the relative distance from the float64 run: what rounding did to each. */
  readonly lockstepError: number
  readonly pytorchError: number
}

/** The first steps of the same run in Lockstep and in PyTorch. */
export interface Comparison {
  readonly run: Omit<RunSpec, 'seed'>
  readonly seeds: readonly number[]
  readonly machines: { readonly lockstep: Machine; readonly pytorch: Machine }
  readonly losses: readonly StepLosses[]
  readonly steps: readonly StepDifference[]
  /** The median over steps of Lockstep's distance from the float64 run, in PyTorch's own. */
  readonly ratio: number
  /** The largest ratio that two implementations which round alike give, but for a chance of 1 in 1,000. */
  readonly limit: number
  readonly agrees: boolean
}

export interface CompareOptions {
  readonly seeds: readonly number[]
  /** How many steps of each run are compared. */
  readonly steps: number
  readonly signal?: AbortSignal
  /** Called before each of the runs. */
  readonly onRun?: (seed: number, of: 'Lockstep' | 'PyTorch' | 'PyTorch in float64') => void
}

/** The unit roundoff of float32: no loss in float32 is nearer to a real number than half of its last place. */
const u = 2 ** -24
const chance = 1e-3

/**
 * Makes the first steps of a run in Lockstep, in PyTorch, and in PyTorch in float64, for each seed: same weights, same
 * batches, same rule. What rounding may do is measured, not guessed: PyTorch's float32 run is some distance from its float64
 * run, and Lockstep's is to be no farther from it than chance allows. The trainer has to be one of the same data.
 */
export async function compareWithPytorch(
  engine: Engine,
  trainer: PytorchTrainer,
  data: DataSet,
  run: Omit<RunSpec, 'seed'>,
  { seeds, steps, signal, onRun }: CompareOptions,
): Promise<Comparison> {
  const losses: StepLosses[] = []
  const watched = { everyLoss: true, ...(signal && { signal }) }
  for (const seed of seeds) {
    const short: RunSpec = { ...run, seed, steps }
    onRun?.(seed, 'Lockstep')
    const own = await lossesOf(train(engine, data, short, watched), steps)
    onRun?.(seed, 'PyTorch')
    const theirs = await lossesOf(trainer.train(short, { ...watched, measure: false }), steps)
    onRun?.(seed, 'PyTorch in float64')
    const exact = await lossesOf(trainer.train(short, { ...watched, measure: false, precision: 'float64' }), steps)
    // A run that diverged in one of them ends there in all.
    const common = Math.min(own.length, theirs.length, exact.length)
    for (let k = 0; k < common; k++)
      losses.push({ seed, step: k + 1, lockstep: own[k]!, pytorch: theirs[k]!, exact: exact[k]! })
  }
  return { run, seeds, machines: { lockstep: engine.description, pytorch: trainer.machine }, ...judged(losses) }
}

/** Losses by step, up to so many; what comes after them in a run is not waited for. */
async function lossesOf(measurements: AsyncIterable<Measurement>, steps: number): Promise<number[]> {
  const losses: number[] = []
  for await (const { metric, value } of measurements) {
    if (metric === 'batch_loss') losses.push(value)
    if (losses.length === steps) break
  }
  return losses
}

/** What losses of several seeds come to. */
export function judged(
  losses: readonly StepLosses[],
): Pick<Comparison, 'losses' | 'steps' | 'ratio' | 'limit' | 'agrees'> {
  const last = losses.reduce((most, { step }) => Math.max(most, step), 0)
  const steps = Array.from({ length: last }, (_, k) =>
    differenceAt(
      k + 1,
      losses.filter(({ step }) => step === k + 1),
    ),
  )
  const ratio = median(
    steps.map(({ lockstepError, pytorchError }) => Math.max(lockstepError, u) / Math.max(pytorchError, u)),
  )
  const limit = limitFor(new Set(losses.map(({ seed }) => seed)).size)
  return { losses, steps, ratio, limit, agrees: ratio <= limit }
}

function differenceAt(step: number, all: readonly StepLosses[]): StepDifference {
  const rms = (distance: (losses: StepLosses) => number): number =>
    Math.sqrt(all.reduce((sum, each) => sum + (distance(each) / each.exact) ** 2, 0) / all.length)
  return {
    step,
    difference: Math.max(...all.map(({ lockstep, pytorch }) => Math.abs(lockstep - pytorch))),
    relative: Math.max(...all.map(({ lockstep, pytorch, exact }) => Math.abs(lockstep - pytorch) / exact)),
    lockstepError: rms(({ lockstep, exact }) => lockstep - exact),
    pytorchError: rms(({ pytorch, exact }) => pytorch - exact),
  }
}

/**
 * Squares of errors of one size, averaged over n seeds each, have a ratio of the F distribution with n and n degrees of
 * freedom, where errors are normal (Fisher 1924). Steps of one run lean on one another, so that they count as one at worst.
 */
export const limitFor = (seeds: number): number => Math.sqrt(jstat.jStat.centralF.inv(1 - chance, seeds, seeds))
