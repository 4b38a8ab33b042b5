import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adamAverages } from './adam-averages.ts'
import { adamCorrections } from './adam-corrections.ts'
import { adamEpsilon } from './adam-epsilon.ts'
import { adamOptions } from './adam-options.ts'
import { adamRate } from './adam-rate.ts'
import { adamResume } from './adam-resume.ts'
import { adamTensors } from './adam-tensors.ts'
import { adamwDecay } from './adamw-decay.ts'
import { adamwStep } from './adamw-step.ts'
import { controlsAdam } from './controls-adam.ts'
import { controlsAdaptive } from './controls-adaptive.ts'
import { controlsLinear } from './controls-linear.ts'
import { momentum } from './momentum.ts'
import { nesterov } from './nesterov.ts'
import { rmsprop } from './rmsprop.ts'
import type { HistoryRow } from './row.ts'
import { sgdDecay } from './sgd-decay.ts'
import { sgdStep } from './sgd-step.ts'

export type { Actual, Control, FormulaFault, HistoryRow, ImplementationFault, PlainFunction, Truth } from './row.ts'

/**
 * Faults that real libraries had, and reports that turned out not to be faults, each as an implementation by hand: what
 * Lockstep's diagnosis is measured on. Chosen by what was reported, not by what Lockstep looks for.
 */
export const history: readonly HistoryRow[] = [
  ...sgdDecay,
  ...sgdStep,
  ...momentum,
  ...nesterov,
  ...adagrad,
  ...rmsprop,
  ...adadelta,
  ...adamCorrections,
  ...adamAverages,
  ...adamEpsilon,
  ...adamRate,
  ...adamOptions,
  ...adamResume,
  ...adamTensors,
  ...adamwDecay,
  ...adamwStep,
  ...controlsLinear,
  ...controlsAdaptive,
  ...controlsAdam,
]
