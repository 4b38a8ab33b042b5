import type { HyperValues } from '../../derive/stepper.ts'
import { RunError } from '../models/build.ts'
import type { Remedies } from '../models/spec.ts'
import type { ScheduleId } from './schedule.ts'
import { schedules } from './schedule.ts'

/** One run, as plain JSON: all that its figures depend on beside data and engine. */
export interface RunSpec {
  /** A name of the table of models. */
  readonly model: string
  /** Default: ReLU, He's initialization, and nothing else. */
  readonly remedies?: Partial<Remedies>
  /** The id of a built-in rule, or the text of a `.rule.yaml`. */
  readonly rule: string
  /** Hyper-parameters of the rule that differ from its defaults. */
  readonly hyper?: HyperValues
  /** How the rate changes over the run; default: constant. */
  readonly schedule?: ScheduleId
  /** Examples a step, or all of them, whose gradient is then added up in chunks. */
  readonly batch: number | 'full'
  readonly epochs: number
  /** Ends the run after so many steps, even within an epoch. */
  readonly steps?: number
  /** Decides initial weights, order, augmentation and dropout. */
  readonly seed: number
  /** Mirroring and cropping; default: off. */
  readonly augment?: boolean
  /** 'validation': trains on nine tenths of the training images and is measured on the rest. 'test': trains on all of them. */
  readonly evaluate: 'validation' | 'test'
  /** Trains on so many images instead, the same share of every class. */
  readonly subset?: number
  /** Measures after each epoch on so many images that are not trained on, and on so many that are, instead. */
  readonly measured?: number
}

/** One figure of a run. */
export interface Measurement {
  readonly seed: number
  /** Counted from 1. */
  readonly epoch: number
  /** Steps made so far in the run. */
  readonly step: number
  /**
   * `batch_loss` (cross entropy of the training batches, without penalty), `train_loss`, `train_accuracy`,
   * `validation_loss`, `validation_accuracy`, `test_loss`, `test_accuracy` (in evaluation, accuracy from 0 to 1), `lr`,
   * `images_per_second` (training alone), `gradient_norm/NAME`, `gradient_noise`, `gradient_square`, `diverged` (1: the
   * loss of this step is not finite, and the run ends).
   */
  readonly metric: string
  readonly value: number
}

const isWhole = (value: number, from: number): boolean => Number.isInteger(value) && value >= from

/** Refuses a run that cannot be made, with what was given and what was expected. */
export function checkRun(run: RunSpec): void {
  const { batch, epochs, steps, seed, subset, measured, schedule = 'constant', evaluate, remedies } = run
  const wrong = (field: string, expected: string, got: unknown): never => {
    throw new RunError(`${field}: expected ${expected}, got ${JSON.stringify(got)}.`)
  }
  if (batch !== 'full' && !isWhole(batch, 1)) wrong('batch', "a whole number from 1 on, or 'full'", batch)
  if (!isWhole(epochs, 1)) wrong('epochs', 'a whole number from 1 on', epochs)
  if (steps !== undefined && !isWhole(steps, 1)) wrong('steps', 'a whole number from 1 on', steps)
  if (!isWhole(seed, 0) || seed >= 2 ** 32) wrong('seed', 'a whole number from 0 to 4294967295', seed)
  if (subset !== undefined && !isWhole(subset, 10)) wrong('subset', 'a whole number from 10 on', subset)
  if (measured !== undefined && !isWhole(measured, 10)) wrong('measured', 'a whole number from 10 on', measured)
  if (!Object.hasOwn(schedules, schedule)) wrong('schedule', Object.keys(schedules).join(', '), schedule)
  if (evaluate !== 'validation' && evaluate !== 'test') wrong('evaluate', "'validation' or 'test'", evaluate)
  if (batch === 1 && remedies?.batchNorm)
    throw new RunError('batchNorm: a batch of 1 has no spread to be normalised by; give a larger batch.')
}
