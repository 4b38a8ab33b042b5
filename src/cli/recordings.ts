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

/** How a live framework rounds. */
type LiveRow = Pick<RecordingRow, 'arithmetic' | 'bitExact'>

const shipped: LiveRow = { arithmetic: arithmetics.pytorch, bitExact: false }
const kerasOn = (arithmetic: Arithmetic): LiveRow => ({ arithmetic, bitExact: false })

/** Live subjects by name. */
export const live: Readonly<Record<string, LiveRow>> = {
  'pytorch:live': shipped,
  'pytorch:live:ieee': { arithmetic: arithmetics['pytorch-ieee'], bitExact: true },
  'pytorch:live:loop': shipped,
  'pytorch:live:foreach': shipped,
  'pytorch:live:fused': shipped,
  'pytorch:foreach': shipped,
  'pytorch:fused': shipped,
  'keras:live': kerasOn(arithmetics.keras),
  'keras:tensorflow': kerasOn(arithmetics.keras),
  'keras:jax': kerasOn(arithmetics['keras-jax']),
  'keras:torch': kerasOn(arithmetics['keras-torch']),
  'optax:live': { arithmetic: arithmetics.optax, bitExact: false },
}
