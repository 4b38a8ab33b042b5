import { type Implementation, type Numbers, of, type Tools } from './tools.ts'

/** The parts of an Adam that a mistake can replace; what is not given is as in Algorithm 1 of the paper. */
interface Parts {
  m?: (m: number, g: number, h: Numbers, f: Tools) => number
  v?: (v: number, g: number, h: Numbers, f: Tools) => number
  corrections?: (h: Numbers, t: number, f: Tools) => readonly [number, number]
  direction?: (mhat: number, vhat: number, h: Numbers, f: Tools, g: number, m: number) => number
  move?: (x: number, direction: number, h: Numbers, f: Tools, t: number) => number
}

const average = (beta: number, old: number, value: number, { add, mul, round }: Tools): number =>
  add(mul(round(beta), old), mul(round(1 - beta), value))

const right: Required<Parts> = {
  m: (m, g, { beta1 }, f) => average(beta1!, m, g, f),
  v: (v, g, { beta2 }, f) => average(beta2!, v, f.mul(g, g), f),
  corrections: ({ beta1, beta2 }, t) => [1 - beta1! ** t, 1 - beta2! ** t],
  direction: (mhat, vhat, { eps }, { add, div, sqrt, round }) => div(mhat, add(sqrt(vhat), round(eps!))),
  move: (x, direction, { lr }, { sub, mul, round }) => sub(x, mul(round(lr!), direction)),
}

/** An Adam with some parts replaced. */
const adam = (parts: Parts): Implementation['make'] => {
  const { m, v, corrections, direction, move } = { ...right, ...parts }
  return (h, f) => (x, g, t, s) => {
    const old = s[0]!
    s[0] = m(old, g, h, f)
    s[1] = v(s[1]!, g, h, f)
    const [c1, c2] = corrections(h, t, f)
    return move(x, direction(f.div(s[0]!, f.round(c1)), f.div(s[1]!, f.round(c2)), h, f, g, old), h, f, t)
  }
}

/** Wrong Adams: one mistake each, all of them seen in the wild. */
export const wrongAdams: readonly Implementation[] = of('adam/kingma-ba', undefined, {
  'epsilon inside the root': adam({
    direction: (mhat, vhat, { eps }, { add, div, sqrt, round }) => div(mhat, sqrt(add(vhat, round(eps!)))),
  }),
  'epsilon added to the uncorrected root': (h, f) => {
    let t = 0
    const update = adam({
      direction: (mhat, vhat, { eps, beta2 }, { add, div, sqrt, round }) =>
        div(mhat, add(sqrt(vhat), round(eps! / Math.sqrt(1 - beta2! ** t)))),
    })(h, f)
    return (x, g, step, s) => {
      t = step
      return update(x, g, step, s)
    }
  },
  'epsilon squared': adam({
    direction: (mhat, vhat, { eps }, { add, div, sqrt, round }) => div(mhat, add(sqrt(vhat), round(eps! * eps!))),
  }),
  'epsilon left out': adam({ direction: (mhat, vhat, _, { div, sqrt }) => (vhat === 0 ? 0 : div(mhat, sqrt(vhat))) }),
  'epsilon as a floor': adam({
    direction: (mhat, vhat, { eps }, { div, sqrt, round }) => div(mhat, Math.max(sqrt(vhat), round(eps!))),
  }),
  'no bias correction': adam({ corrections: () => [1, 1] }),
  'no correction of the first moment': adam({ corrections: (h, t, f) => [1, right.corrections(h, t, f)[1]] }),
  'no correction of the second moment': adam({ corrections: (h, t, f) => [right.corrections(h, t, f)[0], 1] }),
  'step count one ahead': adam({ corrections: (h, t, f) => right.corrections(h, t + 1, f) }),
  'step count stuck at one': adam({ corrections: (h, _, f) => right.corrections(h, 1, f) }),
  'corrections exchanged': adam({
    corrections: (h, t, f) => [...right.corrections(h, t, f)].reverse() as [number, number],
  }),
  'betas exchanged': adam({
    m: (m, g, { beta2 }, f) => average(beta2!, m, g, f),
    v: (v, g, { beta1 }, f) => average(beta1!, v, f.mul(g, g), f),
    corrections: (h, t, f) => [...right.corrections(h, t, f)].reverse() as [number, number],
  }),
  'gradient not squared': adam({ v: (v, g, { beta2 }, f) => average(beta2!, v, Math.abs(g), f) }),
  'average squared instead of squares averaged': adam({
    v: (v, g, { beta2 }, f) => average(beta2!, v, g, f),
    direction: (mhat, vhat, { eps }, { add, div, round }) => div(mhat, add(Math.abs(vhat), round(eps!))),
  }),
  'root forgotten': adam({
    direction: (mhat, vhat, { eps }, { add, div, round }) => div(mhat, add(vhat, round(eps!))),
  }),
  'first moment from before the step': adam({
    direction: (_, vhat, h, f, _g, old) => right.direction(old, vhat, h, f, 0, old),
  }),
  'gradient instead of the first moment': adam({
    direction: (_, vhat, h, f, g) => right.direction(g, vhat, h, f, g, 0),
  }),
  'first moment as a sum': adam({ m: (m, g, { beta1 }, { add, mul, round }) => add(mul(round(beta1!), m), g) }),
  'weight of the gradient squared': adam({
    v: (v, g, { beta2 }, { add, mul, round }) =>
      add(mul(round(beta2!), v), mul(mul(round(1 - beta2!), g), mul(round(1 - beta2!), g))),
  }),
  'rate taken twice': adam({
    move: (x, direction, { lr }, { sub, mul, round }) => sub(x, mul(round(lr! * lr!), direction)),
  }),
  'rate divided by the root of the step count': adam({
    move: (x, direction, { lr }, { sub, mul, round }, t) => sub(x, mul(round(lr! / Math.sqrt(t)), direction)),
  }),
  'step added': adam({ move: (x, direction, { lr }, { add, mul, round }) => add(x, mul(round(lr!), direction)) }),
  '1 - beta2 of a beta2 in float32': adam({
    v: (v, g, { beta2 }, { add, mul, round }) =>
      add(mul(round(beta2!), v), mul(Math.fround(1 - Math.fround(beta2!)), mul(g, g))),
  }),
  'powers of betas in float32': adam({
    corrections: ({ beta1, beta2 }, t) => [
      1 - Math.fround(Math.fround(beta1!) ** t),
      1 - Math.fround(Math.fround(beta2!) ** t),
    ],
  }),
})

/** Wrong implementations of the other families. */
export const wrongOthers: readonly Implementation[] = [
  ...of(
    'adam/pytorch',
    { amsgrad: true, maximize: false },
    {
      'maximum after the bias correction': ({ lr, beta1, beta2, eps, weight_decay }, f) => {
        const { add, sub, mul, div, sqrt, round } = f
        return (x, g, t, s) => {
          const d = add(g, mul(round(weight_decay!), x))
          s[0] = average(beta1!, s[0]!, d, f)
          s[1] = average(beta2!, s[1]!, mul(d, d), f)
          s[2] = Math.max(s[2]!, div(s[1]!, round(1 - beta2! ** t)))
          return sub(x, div(mul(round(lr! / (1 - beta1! ** t)), s[0]!), add(sqrt(s[2]!), round(eps!))))
        }
      },
    },
  ),
  ...of('adamw/pytorch', undefined, {
    'decay coupled':
      ({ lr, beta1, beta2, eps, weight_decay }, f) =>
      (x, g, t, s) =>
        adam({})({ lr: lr!, beta1: beta1!, beta2: beta2!, eps: eps! }, f)(
          x,
          f.add(g, f.mul(f.round(weight_decay!), x)),
          t,
          s,
        ),
    'decay without the rate': (h, f) => (x, g, t, s) => adam({})(h, f)(f.mul(x, f.round(1 - h.weight_decay!)), g, t, s),
    'decay after the step': (h, f) => (x, g, t, s) =>
      f.mul(adam({})(h, f)(x, g, t, s), f.round(1 - h.lr! * h.weight_decay!)),
  }),
  ...of('momentum/pytorch', undefined, {
    'first gradient dampened':
      ({ lr, momentum, dampening, weight_decay }, { add, sub, mul, round }) =>
      (x, g, _, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = add(mul(round(momentum!), s[0]!), mul(round(1 - dampening!), d))
        return sub(x, mul(round(lr!), s[0]!))
      },
    'buffer read before it is written':
      ({ lr, momentum, dampening, weight_decay }, { add, sub, mul, round }) =>
      (x, g, t, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        const old = s[0]!
        s[0] = t === 1 ? d : add(mul(round(momentum!), old), mul(round(1 - dampening!), d))
        return sub(x, mul(round(lr!), old))
      },
  }),
  ...of('nesterov/pytorch', undefined, {
    'look-ahead forgotten':
      ({ lr, momentum, weight_decay }, { add, sub, mul, round }) =>
      (x, g, t, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = t === 1 ? d : add(mul(round(momentum!), s[0]!), d)
        return sub(x, mul(round(lr!), s[0]!))
      },
  }),
  ...of('adagrad/pytorch', undefined, {
    'epsilon inside the root':
      ({ lr, lr_decay, weight_decay, initial_accumulator_value, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        if (t === 1) s[0] = round(initial_accumulator_value!)
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = add(s[0]!, mul(d, d))
        return sub(x, div(mul(round(lr! / (1 + (t - 1) * lr_decay!)), d), sqrt(add(s[0]!, round(eps!)))))
      },
    'rate decayed from t instead of t - 1':
      ({ lr, lr_decay, weight_decay, initial_accumulator_value, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        if (t === 1) s[0] = round(initial_accumulator_value!)
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = add(s[0]!, mul(d, d))
        return sub(x, div(mul(round(lr! / (1 + t * lr_decay!)), d), add(sqrt(s[0]!), round(eps!))))
      },
  }),
  ...of(
    'rmsprop/pytorch',
    { centered: true, momentum: 0.9 },
    {
      'not centered':
        ({ lr, alpha, eps, weight_decay, momentum }, f) =>
        (x, g, _, s) => {
          const { add, sub, mul, div, sqrt, round } = f
          const d = add(g, mul(round(weight_decay!), x))
          s[0] = average(alpha!, s[0]!, mul(d, d), f)
          s[2] = add(mul(round(momentum!), s[2]!), div(d, add(sqrt(s[0]!), round(eps!))))
          return sub(x, mul(round(lr!), s[2]!))
        },
    },
  ),
  ...of('adadelta/zeiler', undefined, {
    'update not squared, as the lecture prints it':
      ({ rho, eps }, f) =>
      (x, g, _, s) => {
        const { add, sub, mul, div, sqrt, round } = f
        s[0] = average(rho!, s[0]!, mul(g, g), f)
        const delta = mul(div(sqrt(Math.max(0, add(s[1]!, round(eps!)))), sqrt(add(s[0]!, round(eps!)))), g)
        s[1] = average(rho!, s[1]!, delta, f)
        return sub(x, delta)
      },
  }),
]
