import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adamCorrections } from './adam-corrections.ts'
import { adamMoments } from './adam-moments.ts'
import { adamOptions } from './adam-options.ts'
import { adamResume } from './adam-resume.ts'
import { adamTensors } from './adam-tensors.ts'
import { adamw } from './adamw.ts'
import { controls } from './controls.ts'
import { momentum } from './momentum.ts'
import { nesterov } from './nesterov.ts'
import { rmsprop } from './rmsprop.ts'
import type { HistoryRow } from './row.ts'
import { sgd } from './sgd.ts'

export type { Actual, Control, FormulaFault, HistoryRow, ImplementationFault, PlainFunction, Truth } from './row.ts'

/**
 * Faults that real libraries had, and reports that turned out not to be faults, each as an implementation by hand: what
 * Lockstep's diagnosis is measured on. Chosen by what was reported, not by what Lockstep looks for.
 */
export const history: readonly HistoryRow[] = [
  ...sgd,
  ...momentum,
  ...nesterov,
  ...adagrad,
  ...rmsprop,
  ...adadelta,
  ...adamCorrections,
  ...adamMoments,
  ...adamOptions,
  ...adamResume,
  ...adamTensors,
  ...adamw,
  ...controls,
]
