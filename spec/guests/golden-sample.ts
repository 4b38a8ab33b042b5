import { arrayToBits } from '../../src/numbers/bits.ts'

const f32 = (...values: number[]) => arrayToBits(values, 'float32')
const f64 = (...values: number[]) => arrayToBits(values, 'float64')

const stream = (bits: typeof f32) => [
  [bits(1, 2), bits(3)],
  [bits(1, 2), null],
  [bits(-1, 0), bits(4)],
]

/** Shared gradients of a golden directory, as small as they come: parameters of two and of one number, three steps. */
export const gradients = {
  schema: 'lockstep/gradients/1',
  parameters: [
    { name: 'a', size: 2 },
    { name: 'b', size: 1 },
  ],
  streams: { absent: { float32: stream(f32), float64: stream(f64) } },
  start: { unit: { float32: [f32(0, 1), f32(2)], float64: [f64(0, 1), f64(2)] } },
}

const base = {
  rule: 'momentum/pytorch',
  format: 'float32',
  gradients: 'absent',
  start: 'unit',
  steps: 3,
  hyper: { lr: 0.5, momentum: 0.9 },
}

/** Two runs that differ in a change of the rate alone; x is kept at steps 1 and 3. */
export const golden = {
  schema: 'lockstep/golden/1',
  rule: 'momentum/pytorch',
  provenance: { library: 'torch', version: '2.15.0' },
  records: [
    {
      ...base,
      id: 'momentum/pytorch/float32/absent/1',
      kept: [1, 3],
      x: [f32(-0.5, 0, 0.5), f32(-1, -1, -1)],
      state: { '3': { momentum_buffer: [f32(7, 8), null] } },
    },
    {
      ...base,
      id: 'momentum/pytorch/float32/absent/2',
      changes: [{ step: 2, group: 0, hyper: { lr: 0.25 } }],
      kept: [1, 3],
      x: [f32(-0.5, 0, 0.5), f32(-2, -2, -2)],
    },
  ],
}
