import { adadelta } from './adadelta.ts'
import { adagradStep } from './adagrad-step.ts'
import { adagradSum } from './adagrad-sum.ts'
import { adamAverages } from './adam-averages.ts'
import { adamCorrections } from './adam-corrections.ts'
import { adamCounts } from './adam-counts.ts'
import { adamEpsilon } from './adam-epsilon.ts'
import { adamOptions } from './adam-options.ts'
import { adamRate } from './adam-rate.ts'
import { adamResume } from './adam-resume.ts'
import { adamTensors } from './adam-tensors.ts'
import { adamwDecay } from './adamw-decay.ts'
import { adamwDecayPlace } from './adamw-decay-place.ts'
import { adamwStep } from './adamw-step.ts'
import { controlsAdam } from './controls-adam.ts'
import { controlsAdaptive } from './controls-adaptive.ts'
import { controlsLinear } from './controls-linear.ts'
import { momentumBuffer } from './momentum-buffer.ts'
import { momentumFormula } from './momentum-formula.ts'
import { nesterov } from './nesterov.ts'
import { rmspropAverage } from './rmsprop-average.ts'
import { rmspropEpsilon } from './rmsprop-epsilon.ts'
import { rmspropMomentum } from './rmsprop-momentum.ts'
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
  ...momentumFormula,
  ...momentumBuffer,
  ...nesterov,
  ...adagradStep,
  ...adagradSum,
  ...rmspropEpsilon,
  ...rmspropAverage,
  ...rmspropMomentum,
  ...adadelta,
  ...adamCorrections,
  ...adamCounts,
  ...adamAverages,
  ...adamEpsilon,
  ...adamRate,
  ...adamOptions,
  ...adamResume,
  ...adamTensors,
  ...adamwDecay,
  ...adamwDecayPlace,
  ...adamwStep,
  ...controlsLinear,
  ...controlsAdaptive,
  ...controlsAdam,
]
