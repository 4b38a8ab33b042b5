import type { Setup, Subject } from '../../../src/subject/subject.ts'
import { of, type Wrong } from './wrong.ts'

interface Sgd {
  lr: number
  weight_decay: number
}

interface Momentum {
  lr: number
  gamma: number
}

interface Adam {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

function move({ lr, gamma }: Momentum, x: Float64Array, v: Float64Array, g: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    v[i] = gamma * v[i]! + lr * g[i]!
    x[i] = x[i]! - v[i]!
  }
}

/** The lecture's momentum over all parameters, with the places at which it may go wrong. */
function framework(
  name: string,
  features: ('groups' | 'save' | 'defaults')[],
  open: (setup: Setup, saved?: unknown) => ReturnType<Subject['open']>,
): Subject {
  const offer = { rule: 'momentum/lecture', hyper: ['lr', 'gamma'], state: [], features }
  return { name, formats: ['float64'], offers: () => offer, open }
}

const full = (hyper: Record<string, number | boolean>, lr = 0.01): Momentum => ({ lr, gamma: 0.9, ...hyper })

interface Kept {
  x: Float64Array
  v: Float64Array
  first: Momentum
  t: number
}

/** Momentum that can be set, saved and resumed; what `load` gives goes before the hyper-parameters of the new run. */
const resumable =
  ({ load, kept = () => true }: { load: (saved: Kept) => Partial<Momentum>; kept?: (t: number) => boolean }) =>
  (first: Momentum, x0: Float64Array) => {
    let [h, x, v, t] = [first, x0, new Float64Array(x0.length) as Float64Array, 0]
    return {
      set(changed: Momentum): void {
        h = changed
      },
      save: (): Kept => ({ x, v, first, t }),
      load(saved: Kept): void {
        ;({ x, t } = saved)
        if (kept(t)) v = saved.v
        h = { ...h, ...load(saved) }
      },
      step(g: Float64Array): Float64Array {
        t += 1
        move(h, x, v, g)
        return x
      },
    }
  }

/** One step of the paper's Adam, in place. */
function moveAdam(h: Adam, x: Float64Array, m: Float64Array, v: Float64Array, g: Float64Array, t: number): void {
  for (let i = 0; i < x.length; i++) {
    m[i] = h.beta1 * m[i]! + (1 - h.beta1) * g[i]!
    v[i] = h.beta2 * v[i]! + (1 - h.beta2) * g[i]! * g[i]!
    x[i] = x[i]! - (h.lr * (m[i]! / (1 - h.beta1 ** t))) / (Math.sqrt(v[i]! / (1 - h.beta2 ** t)) + h.eps)
  }
}

/** Adam whose changes are taken up in some way: `now` are those of this step, `before` those of the step before. */
const settable = (used: (now: Adam, before: Adam, first: Adam) => Adam) => (first: Adam, x: Float64Array) => {
  const [m, v] = [new Float64Array(x.length), new Float64Array(x.length)]
  let [now, before, t] = [first, first, 0]
  return {
    set(changed: Adam): void {
      now = changed
    },
    step(g: Float64Array): Float64Array {
      t += 1
      moveAdam(used(now, before, first), x, m, v, g, t)
      before = now
      return x
    },
  }
}

let velocities: Float64Array[] = []

/**
 * Faults that no single run from a fresh start on copies of its own can show: each is for a check of the group `contract`.
 * Their iterates are right.
 */
export const needsContracts: readonly Wrong[] = [
  ...of(
    'sgd/pytorch',
    [
      {
        fault: 'weight decay is added into the array of the caller',
        caught: 'gradients are left alone',
        create: ({ lr, weight_decay }: Sgd, x: Float64Array) => ({
          step(g: Float64Array): Float64Array {
            for (let i = 0; i < x.length; i++) {
              g[i]! += weight_decay * x[i]!
              x[i]! -= lr * g[i]!
            }
            return x
          },
        }),
      },
    ],
    { momentum: 0, dampening: 0, nesterov: false, maximize: false },
  ),
  ...of('adam/kingma-ba', [
    {
      fault: 'the step count is not saved, so that a resumed run is corrected for its bias once more',
      caught: 'a resumed run goes on as before',
      create: (h: Adam, x0: Float64Array) => {
        let [x, m, v] = [x0, new Float64Array(x0.length) as Float64Array, new Float64Array(x0.length) as Float64Array]
        let t = 0
        return {
          save: () => ({ x, m, v }),
          load(saved: { x: Float64Array; m: Float64Array; v: Float64Array }): void {
            ;({ x, m, v } = saved)
          },
          step(g: Float64Array): Float64Array {
            t += 1
            moveAdam(h, x, m, v, g, t)
            return x
          },
        }
      },
    },
    {
      fault: 'changed betas are accepted and never used',
      caught: 'what is set on the way is used',
      create: settable((now, _, { beta1, beta2 }) => ({ ...now, beta1, beta2 })),
    },
    {
      fault: 'a changed beta2 is accepted and never used',
      caught: 'what is set on the way is used',
      create: settable((now, _, { beta2 }) => ({ ...now, beta2 })),
    },
    {
      fault: 'changed betas take effect a step late',
      caught: 'what is set on the way is used',
      create: settable((now, { beta1, beta2 }) => ({ ...now, beta1, beta2 })),
    },
  ]),
  ...of('momentum/lecture', [
    {
      fault: 'the velocity is lost in saving',
      caught: 'a resumed run goes on as before',
      create: (h: Momentum, x0: Float64Array) => {
        let x = x0
        const v = new Float64Array(x.length)
        return {
          save: () => ({ x }),
          load(saved: { x: Float64Array }): void {
            x = saved.x
          },
          step(g: Float64Array): Float64Array {
            move(h, x, v, g)
            return x
          },
        }
      },
    },
    {
      fault: 'the last bit depends on chance',
      caught: 'same input, same bits',
      create: (h: Momentum, x: Float64Array) => {
        const v = new Float64Array(x.length)
        return {
          step(g: Float64Array): Float64Array {
            move(h, x, v, g)
            return x.map(value => (Math.random() < 0.5 ? value : value * (1 + Number.EPSILON)))
          },
        }
      },
    },
    {
      fault: 'two runs that are open at once share their velocities',
      caught: 'instances share nothing',
      create: framework('shared', [], ({ groups }) => {
        const params = groups.flatMap(group => group.params.map(({ value }) => ({ value: value.slice(), group })))
        velocities = params.map(({ value }) => new Float64Array(value.length))
        return {
          step(gradients) {
            for (const [k, { value, group }] of params.entries())
              if (gradients[k]) move(full(group.hyper), value, velocities[k]!, gradients[k])
            return params.map(({ value }) => value.slice())
          },
        }
      }),
    },
    {
      fault: 'the arrays of the caller are moved instead of copies',
      caught: 'nothing is kept by reference',
      create: framework('in place', [], ({ groups }) => {
        const params = groups.flatMap(group => group.params.map(({ value }) => ({ value, group })))
        const v = params.map(({ value }) => new Float64Array(value.length))
        return {
          step(gradients) {
            for (const [k, { value, group }] of params.entries())
              if (gradients[k]) move(full(group.hyper), value, v[k]!, gradients[k])
            return params.map(({ value }) => value.slice())
          },
        }
      }),
    },
    {
      fault: 'the second group of parameters has the rate of the first',
      caught: 'groups keep their own hyper-parameters',
      create: framework('one rate', ['groups'], ({ groups }) => {
        const params = groups.flatMap(group => group.params.map(({ value }) => ({ value: value.slice() })))
        const v = params.map(({ value }) => new Float64Array(value.length))
        return {
          step(gradients) {
            for (const [k, { value }] of params.entries())
              if (gradients[k]) move(full(groups[0]!.hyper), value, v[k]!, gradients[k])
            return params.map(({ value }) => value.slice())
          },
        }
      }),
    },
    {
      fault: 'the third group of parameters has the rate of the second',
      caught: 'groups keep their own hyper-parameters',
      create: framework('two rates', ['groups'], ({ groups }) => {
        const params = groups.flatMap(({ params: own }, k) =>
          own.map(({ value }) => ({ value: value.slice(), group: groups[Math.min(k, 1)]! })),
        )
        const v = params.map(({ value }) => new Float64Array(value.length))
        return {
          step(gradients) {
            for (const [k, { value, group }] of params.entries())
              if (gradients[k]) move(full(group.hyper), value, v[k]!, gradients[k])
            return params.map(({ value }) => value.slice())
          },
        }
      }),
    },
    {
      fault: 'a run that is resumed has the default momentum',
      caught: 'a resumed run goes on as before',
      create: resumable({ load: () => ({ gamma: 0.9 }) }),
    },
    {
      fault: 'what is saved has the momentum of the first step',
      caught: 'a resumed run goes on as before',
      create: resumable({ load: ({ first }) => ({ gamma: first.gamma }) }),
    },
    {
      fault: 'the velocity is lost where a run is resumed after seven steps or more',
      caught: 'a resumed run goes on as before',
      create: resumable({ load: () => ({}), kept: t => t < 7 }),
    },
    {
      fault: 'its own default of the rate is ten times the documented one',
      caught: 'defaults are used as they are',
      create: framework('other default', ['defaults'], ({ groups }) => {
        const params = groups.flatMap(group => group.params.map(({ value }) => ({ value: value.slice(), group })))
        const v = params.map(({ value }) => new Float64Array(value.length))
        return {
          step(gradients) {
            for (const [k, { value, group }] of params.entries())
              if (gradients[k]) move(full(group.hyper, 0.1), value, v[k]!, gradients[k])
            return params.map(({ value }) => value.slice())
          },
        }
      }),
    },
  ]),
]
