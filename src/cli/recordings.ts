import type { Arithmetic } from '../language/arithmetic.ts'
import { arithmetics } from '../rules/arithmetics.ts'

/** A recording that ships with Lockstep: its directory in golden/, and how the library that made it rounds. */
export interface RecordingRow {
  readonly directory: string
  readonly what: string
  readonly arithmetic: Arithmetic
  readonly bitExact: boolean
}

/** Recorded subjects by name. */
export const recordings: Readonly<Record<string, RecordingRow>> = {
  'pytorch:ieee': {
    directory: 'pytorch-ieee',
    what: "torch.optim's own code on IEEE roots and correctly rounded powers",
    arithmetic: arithmetics['pytorch-ieee'],
    bitExact: true,
  },
  pytorch: { directory: 'pytorch', what: 'PyTorch as it ships', arithmetic: arithmetics.pytorch, bitExact: false },
  keras: { directory: 'keras', what: 'Keras 3 on TensorFlow', arithmetic: arithmetics.keras, bitExact: false },
  optax: { directory: 'optax', what: 'Optax on JAX', arithmetic: arithmetics.optax, bitExact: false },
}
