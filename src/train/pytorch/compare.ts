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
  /** Median over seeds of the relative distance from the float64 run: what rounding did to each. */
  readonly lockstepError: number
  readonly pytorchError: number
}

/** How far Lockstep is from the float64 run under one seed, in PyTorch's own distance: the median over steps. */
export interface SeedRatio {
  readonly seed: number
  readonly ratio: number
}

/** The first steps of the same run in Lockstep and in PyTorch. */
export interface Comparison {
  readonly run: Omit<RunSpec, 'seed'>
  readonly seeds: readonly number[]
  readonly machines: { readonly lockstep: Machine; readonly pytorch: Machine }
  readonly losses: readonly StepLosses[]
  readonly steps: readonly StepDifference[]
  readonly bySeed: readonly SeedRatio[]
  /** The median of `bySeed`; of an even number, the lower one of the two in the middle. */
  readonly ratio: number
  /** The largest such median that two implementations which round alike give, but for a chance of 1 in 1,000. */
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
/** After which the limit stands to all its digits. */
const halvings = 60

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

/**
 * What losses of several seeds come to. Seeds are judged one by one: where rounding decides on which side of 0 a rectified
 * unit or a gradient of Adam's first step lies, the runs of that seed part for good, and a mean over seeds shows nothing else.
 */
export function judged(
  losses: readonly StepLosses[],
): Pick<Comparison, 'losses' | 'steps' | 'bySeed' | 'ratio' | 'limit' | 'agrees'> {
  const last = losses.reduce((most, { step }) => Math.max(most, step), 0)
  const at = (step: number): StepLosses[] => losses.filter(each => each.step === step)
  const steps = Array.from({ length: last }, (_, k) => differenceAt(k + 1, at(k + 1)))
  const seeds = [...new Set(losses.map(({ seed }) => seed))]
  const bySeed = seeds.map(seed => ({ seed, ratio: median(losses.filter(each => each.seed === seed).map(ratioAt)) }))
  const sorted = bySeed.map(({ ratio }) => ratio).sort((a, b) => a - b)
  const ratio = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  const limit = limitFor(seeds.length)
  return { losses, steps, bySeed, ratio, limit, agrees: ratio <= limit }
}

/** No error is taken for less than the rounding of a loss. */
function ratioAt({ lockstep, pytorch, exact }: StepLosses): number {
  const error = (loss: number): number => Math.max(u, Math.abs(loss / exact - 1))
  return error(lockstep) / error(pytorch)
}

function differenceAt(step: number, all: readonly StepLosses[]): StepDifference {
  const error = (loss: (losses: StepLosses) => number): number =>
    median(all.map(each => Math.abs(loss(each) - each.exact) / each.exact))
  return {
    step,
    difference: Math.max(...all.map(({ lockstep, pytorch }) => Math.abs(lockstep - pytorch))),
    relative: Math.max(...all.map(({ lockstep, pytorch, exact }) => Math.abs(lockstep - pytorch) / exact)),
    lockstepError: error(({ lockstep }) => lockstep),
    pytorchError: error(({ pytorch }) => pytorch),
  }
}

/**
 * Two errors that are normal and of one size have a ratio beyond c with the chance p = 2 / pi * atan(1 / c): it is Cauchy's
 * distribution. Steps of one run lean on one another, so that they count as one at worst. The lower median of n seeds is
 * beyond c where more than half of them are, with the chance sum over k > n / 2 of C(n, k) p^k (1 - p)^(n - k).
 */
export function limitFor(seeds: number): number {
  let [low, high] = [0, 1]
  for (let k = 0; k < halvings; k++) {
    const middle = (low + high) / 2
    if (moreThanHalf(seeds, middle) > chance) high = middle
    else low = middle
  }
  return 1 / Math.tan((Math.PI / 2) * low)
}

/** The chance that something which happens with chance p happens in more than half of n trials. */
function moreThanHalf(n: number, p: number): number {
  let [term, sum] = [(1 - p) ** n, 0]
  for (let k = 1; k <= n; k++) {
    term *= ((n - k + 1) / k) * (p / (1 - p))
    if (k > n / 2) sum += term
  }
  return sum
}
