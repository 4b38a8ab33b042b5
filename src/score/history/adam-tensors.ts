import type { HistoryRow } from './row.ts'
import { type Tensor, whole } from './whole.ts'

const defaults = { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8 }

type Hyper = typeof defaults

/** Adam that goes wrong as soon as there is more than one parameter, or one that is not a plain row. */
export const adamTensors: readonly HistoryRow[] = [
  {
    id: 'adam-step-counted-per-tensor',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'step counted per tensor',
    what: 'The one step number of the optimizer is counted up for every parameter instead of once a step.',
    library: 'DiffSharp',
    source: 'https://github.com/DiffSharp/DiffSharp/issues/292',
    create: () =>
      whole<Hyper>('adam that counts parameters', 'adam/kingma-ba', () => {
        let stateStep = 0
        return {
          defaults,
          step(tensors, gradients) {
            for (const [k, { x, m, v, hyper: h }] of tensors.entries()) {
              const g = gradients[k]
              if (!g) continue
              stateStep += 1
              for (let i = 0; i < x.length; i++) {
                m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
                v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
                const root = Math.sqrt(v[i]! / (1 - h.beta2 ** stateStep))
                x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** stateStep))) / (root + h.eps)
              }
            }
          },
        }
      }),
  },
  {
    id: 'adam-late-parameter-takes-global-step',
    rule: 'adam/pytorch',
    kind: 'formula',
    what: 'A parameter whose first gradient comes late is corrected with the number of steps of the whole optimizer.',
    library: 'InfiniTrain',
    source: 'https://github.com/InfiniTensor/InfiniTrain/issues/235',
    create: () =>
      whole('adam with one clock', 'adam/pytorch', () => {
        let clock = 0
        return {
          defaults: { ...defaults, weight_decay: 0, amsgrad: false, maximize: false },
          step(tensors, gradients) {
            clock += 1
            tensors.forEach(({ x, m, v, max, hyper: h }, k) => {
              gradients[k]?.forEach((value, i) => {
                const d = (h.maximize ? -value : value) + h.weight_decay * x[i]!
                m[i] = h.beta1 * m[i]! + (1 - h.beta1) * d
                v[i] = h.beta2 * v[i]! + (1 - h.beta2) * d * d
                max[i] = Math.max(max[i]!, v[i]!)
                const root = Math.sqrt((h.amsgrad ? max[i]! : v[i]!) / (1 - h.beta2 ** clock))
                x[i]! -= ((h.lr / (1 - h.beta1 ** clock)) * m[i]!) / (root + h.eps)
              })
            })
          },
        }
      }),
    actual: { clock: 'optimizer' },
  },
  {
    id: 'adam-iterations-outlive-the-run',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'state shared between instances',
    what: 'The step number belongs to the optimizer and not to the run: a second run begins where the first one stopped.',
    library: 'ensmallen',
    source: 'https://github.com/mlpack/ensmallen/pull/340',
    create: () => {
      let iteration = 0
      return whole<Hyper>('adam that never resets its step', 'adam/kingma-ba', () => ({
        defaults,
        step(tensors, gradients) {
          iteration += 1
          const t = iteration
          for (const [k, { x, m, v, hyper: h }] of tensors.entries())
            gradients[k]?.forEach((value, i) => {
              m[i]! += (1 - h.beta1) * (value - m[i]!)
              v[i]! += (1 - h.beta2) * (value * value - v[i]!)
              x[i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (Math.sqrt(v[i]! / (1 - h.beta2 ** t)) + h.eps)
            })
        },
      }))
    },
  },
  {
    id: 'adam-step-of-the-last-parameter',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'step counted per tensor',
    what: 'Only the last parameter with a gradient counts its step, and its number corrects all of them.',
    library: 'DeepSpeed',
    source: 'https://github.com/deepspeedai/DeepSpeed/pull/8471',
    create: () =>
      whole<Hyper>('adam that counts its last parameter', 'adam/kingma-ba', () => ({
        defaults,
        step(tensors, gradients) {
          const active = tensors.flatMap((tensor, k) => {
            const g = gradients[k]
            return g ? [{ tensor, g }] : []
          })
          const last = active.at(-1)?.tensor
          if (!last) return
          last.t += 1
          for (const { tensor, g } of active) {
            const { x, m, v, hyper: h } = tensor
            const [c1, c2] = [1 - h.beta1 ** last.t, 1 - h.beta2 ** last.t]
            g.forEach((value, i) => {
              m[i] = h.beta1 * m[i]! + (1 - h.beta1) * value
              v[i] = h.beta2 * v[i]! + (1 - h.beta2) * value * value
              x[i]! -= (h.lr * (m[i]! / c1)) / (Math.sqrt(v[i]! / c2) + h.eps)
            })
          }
        },
      })),
  },
  {
    id: 'adam-first-dimension-only',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'tail elements skipped',
    what: 'The loop runs to the first dimension instead of the number of elements: of a matrix only the beginning moves.',
    library: 'ColossalAI',
    source: 'https://github.com/hpcaitech/ColossalAI/pull/633',
    create: () =>
      whole<Hyper>('adam that takes the first dimension for the size', 'adam/kingma-ba', () => ({
        defaults,
        step(tensors, gradients) {
          for (const [k, tensor] of tensors.entries()) {
            const g = gradients[k]
            if (!g) continue
            const { x, m, v, hyper: h } = tensor
            tensor.t += 1
            const size = tensor.shape[0] ?? 1
            for (let i = 0; i < size; i++) {
              m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
              v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! ** 2
              const mean = m[i]! / (1 - h.beta1 ** tensor.t)
              x[i]! -= (h.lr * mean) / (Math.sqrt(v[i]! / (1 - h.beta2 ** tensor.t)) + h.eps)
            }
          }
        },
      })),
  },
  {
    id: 'adam-strides-ignored',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'memory layout ignored',
    what: 'Parameter and gradient are walked through as they lie in memory, also where the two do not lie alike.',
    library: 'bitsandbytes',
    source: 'https://github.com/bitsandbytes-foundation/bitsandbytes/issues/1185',
    create: () =>
      whole<Hyper>('adam that walks memory', 'adam/kingma-ba', () => ({
        defaults,
        strides: true,
        step(tensors, gradients) {
          for (const [k, tensor] of tensors.entries()) {
            const g = gradients[k]
            if (!g) continue
            const { m, v, hyper: h } = tensor
            const places = placesOf(tensor)
            const memory = new Float64Array(Math.max(...places, tensor.offset + g.length) + 1)
            for (const [i, place] of places.entries()) memory[place] = tensor.x[i]!
            tensor.t += 1
            for (let i = 0; i < g.length; i++) {
              m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
              v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
              const root = Math.sqrt(v[i]! / (1 - h.beta2 ** tensor.t))
              memory[tensor.offset + i]! -= (h.lr * (m[i]! / (1 - h.beta1 ** tensor.t))) / (root + h.eps)
            }
            tensor.x = Float64Array.from(places, place => memory[place]!)
          }
        },
      })),
  },
  {
    id: 'adam-empty-last-tensor-skips-others',
    rule: 'adam/kingma-ba',
    kind: 'implementation',
    truth: 'parameters skipped',
    what: 'The work of a list is launched with its last tensor: where that one is empty, nothing of the list is updated.',
    library: 'TransformerEngine',
    source: 'https://github.com/NVIDIA/TransformerEngine/issues/3207',
    create: () =>
      whole<Hyper>('adam that launches with the last tensor', 'adam/kingma-ba', () => ({
        defaults,
        step(tensors, gradients) {
          const pending: (() => void)[] = []
          for (const [k, tensor] of tensors.entries()) {
            const g = gradients[k]
            if (!g) continue
            const { x, m, v, hyper: h } = tensor
            tensor.t += 1
            for (const [i, value] of g.entries())
              pending.push(() => {
                m[i] = h.beta1 * m[i]! + (1 - h.beta1) * value
                v[i] = h.beta2 * v[i]! + (1 - h.beta2) * value ** 2
                const mean = m[i]! / (1 - h.beta1 ** tensor.t)
                x[i]! -= (h.lr * mean) / (Math.sqrt(v[i]! / (1 - h.beta2 ** tensor.t)) + h.eps)
              })
          }
          if (tensors.at(-1)!.x.length > 0) for (const launch of pending) launch()
        },
      })),
  },
]

/** Where each element lies in memory, row by row. */
function placesOf({ shape, strides, offset, x }: Tensor<Hyper>): number[] {
  if (!strides) return Array.from(x, (_, i) => offset + i)
  return Array.from(x, (_, element) => {
    let rest = element
    let place = offset
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (rest % shape[axis]!) * strides[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    return place
  })
}
