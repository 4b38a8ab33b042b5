import { type Arithmetic, ieee } from '../language/arithmetic.ts'

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
    arithmetic: ieee,
    bitExact: true,
  },
  pytorch: {
    directory: 'pytorch',
    what: 'PyTorch as it ships',
    arithmetic: {
      ...ieee,
      name: 'pytorch',
      power: 'library',
      contraction: true,
      ulps: { sqrt: 1, div: 0.5, pow: 1 },
      evidence:
        'measured: vectorised kernels contract a*b+c to one FMA; torch.sqrt of the PyPI wheel is off by one ulp (MKL); beta**t is Python, so the C library',
    },
    bitExact: false,
  },
  keras: {
    directory: 'keras',
    what: 'Keras 3 on TensorFlow',
    arithmetic: {
      ...ieee,
      name: 'keras',
      rounded: ['lr', 't'],
      powers: 'format',
      power: 'library',
      subnormals: 'flushed',
      ulps: { sqrt: 0.5, div: 0.5, pow: 1 },
      evidence:
        'keras/src/optimizers/*.py:update_step casts lr, beta and t to the variable; powers of TensorFlow 2.21 measured within 0.57 ulp; subnormals flushed',
    },
    bitExact: false,
  },
  optax: {
    directory: 'optax',
    what: 'Optax on JAX',
    arithmetic: {
      ...ieee,
      name: 'optax',
      powers: 'format',
      power: 'library',
      subnormals: 'flushed',
      ulps: { sqrt: 0.5, div: 0.5, pow: 540 },
      evidence: "optax/_src/transform.py; JAX 0.10.2's eager power measured up to 540 ulp off; subnormals flushed",
    },
    bitExact: false,
  },
}
