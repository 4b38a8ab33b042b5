import { type Implementation, of } from './tools.ts'

/** Correct implementations of the other families, in orders of evaluation that are not the one written. */
export const rightOthers: readonly Implementation[] = [
  ...of('sgd/lecture', undefined, {
    'one fused multiply-add':
      ({ lr }, { fma, round }) =>
      (x, g) =>
        fma(-round(lr!), g, x),
    'steps gathered with compensation':
      ({ lr }, { add, sub, mul, round }) =>
      (x, g, _, s) => {
        const step = sub(mul(round(-lr!), g), s[0]!)
        const next = add(x, step)
        s[0] = sub(sub(next, x), step)
        return next
      },
  }),
  ...of(
    'sgd/pytorch',
    { momentum: 0, dampening: 0 },
    {
      'weight decay distributed over x':
        ({ lr, weight_decay }, { sub, mul, round }) =>
        (x, g) =>
          sub(mul(x, round(1 - lr! * weight_decay!)), mul(round(lr!), g)),
    },
  ),
  ...of('momentum/pytorch', undefined, {
    'rate inside the buffer':
      ({ lr, momentum, dampening, weight_decay }, { add, sub, mul, round }) =>
      (x, g, t, s) => {
        const d = mul(round(lr!), add(g, mul(round(weight_decay!), x)))
        s[0] = t === 1 ? d : add(mul(round(momentum!), s[0]!), mul(round(1 - dampening!), d))
        return sub(x, s[0]!)
      },
    'dampening subtracted, fused':
      ({ lr, momentum, dampening, weight_decay }, { sub, mul, round, fma }) =>
      (x, g, t, s) => {
        const d = fma(round(weight_decay!), x, g)
        s[0] = t === 1 ? d : fma(round(momentum!), s[0]!, sub(d, mul(round(dampening!), d)))
        return fma(-round(lr!), s[0]!, x)
      },
  }),
  ...of('momentum/lecture', undefined, {
    'rate outside the velocity':
      ({ lr, gamma }, { add, sub, mul, round }) =>
      (x, g, _, s) => {
        s[0] = add(mul(round(gamma!), s[0]!), g)
        return sub(x, mul(round(lr!), s[0]!))
      },
  }),
  ...of('nesterov/pytorch', undefined, {
    'rate distributed over both terms':
      ({ lr, momentum, weight_decay }, { add, sub, mul, round }) =>
      (x, g, t, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = t === 1 ? d : add(mul(round(momentum!), s[0]!), d)
        return sub(sub(x, mul(round(lr!), d)), mul(round(lr! * momentum!), s[0]!))
      },
    'the old buffer, with the momentum squared':
      ({ lr, momentum, weight_decay }, { add, sub, mul, round }) =>
      (x, g, t, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        const old = s[0]!
        s[0] = t === 1 ? d : add(mul(round(momentum!), old), d)
        return sub(x, mul(round(lr!), add(mul(round(1 + momentum!), d), mul(round(momentum! * momentum!), old))))
      },
  }),
  ...of('adagrad/pytorch', undefined, {
    'sum of squares with compensation':
      ({ lr, lr_decay, weight_decay, initial_accumulator_value, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        if (t === 1) s[0] = round(initial_accumulator_value!)
        const d = add(mul(round(weight_decay!), x), g)
        const term = sub(mul(d, d), s[1]!)
        const sum = add(s[0]!, term)
        s[1] = sub(sub(sum, s[0]!), term)
        s[0] = sum
        return sub(x, div(mul(round(lr!), d), mul(round(1 + (t - 1) * lr_decay!), add(sqrt(sum), round(eps!)))))
      },
    'the root kept instead of the sum, grown by its hypotenuse':
      ({ lr, lr_decay, weight_decay, initial_accumulator_value, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        if (t === 1) s[0] = round(Math.sqrt(initial_accumulator_value!))
        const d = add(mul(round(weight_decay!), x), g)
        s[0] = sqrt(s[0]! * s[0]! + d * d)
        return sub(x, mul(div(round(lr! / (1 + (t - 1) * lr_decay!)), add(s[0]!, round(eps!))), d))
      },
  }),
  ...of(
    'rmsprop/pytorch',
    { centered: true, momentum: 0.9 },
    {
      'squares of the mean contracted':
        ({ lr, alpha, eps, weight_decay, momentum }, { add, mul, div, sqrt, round, fma }) =>
        (x, g, _, s) => {
          const d = fma(round(weight_decay!), x, g)
          s[0] = fma(round(alpha!), s[0]!, mul(mul(d, d), round(1 - alpha!)))
          s[1] = fma(round(alpha!), s[1]!, mul(round(1 - alpha!), d))
          const denominator = add(sqrt(fma(-s[1]!, s[1]!, s[0]!)), round(eps!))
          s[2] = fma(round(momentum!), s[2]!, div(d, denominator))
          return fma(-round(lr!), s[2]!, x)
        },
      'variance by its own recurrence':
        ({ lr, alpha, eps, weight_decay, momentum }, { add, sub, mul, div, sqrt, round }) =>
        (x, g, _, s) => {
          const d = add(g, mul(round(weight_decay!), x))
          const deviation = sub(d, s[1]!)
          s[0] = mul(round(alpha!), add(s[0]!, mul(round(1 - alpha!), mul(deviation, deviation))))
          s[1] = add(s[1]!, mul(round(1 - alpha!), deviation))
          s[2] = add(mul(round(momentum!), s[2]!), div(mul(round(lr!), d), add(sqrt(s[0]!), round(eps!))))
          return sub(x, s[2]!)
        },
    },
  ),
  ...of('rmsprop/lecture', undefined, {
    'root of the quotient':
      ({ lr, gamma, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, _, s) => {
        s[0] = add(s[0]!, mul(round(1 - gamma!), sub(mul(g, g), s[0]!)))
        return sub(x, mul(round(lr!), mul(g, sqrt(div(1, add(s[0]!, round(eps!)))))))
      },
    'epsilon carried inside the average':
      ({ lr, gamma, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        if (t === 1) s[0] = round(eps!)
        s[0] = add(mul(round(gamma!), s[0]!), mul(round(1 - gamma!), add(mul(g, g), round(eps!))))
        return sub(x, div(mul(round(lr!), g), sqrt(s[0]!)))
      },
  }),
  ...of('adadelta/pytorch', undefined, {
    'one root of the quotient':
      ({ lr, rho, eps, weight_decay }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, _, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = add(mul(round(rho!), s[0]!), mul(round(1 - rho!), mul(d, d)))
        const delta = mul(sqrt(div(add(s[1]!, round(eps!)), add(s[0]!, round(eps!)))), d)
        s[1] = add(s[1]!, mul(round(1 - rho!), sub(mul(delta, delta), s[1]!)))
        return sub(x, mul(round(lr!), delta))
      },
    'reciprocal root, rate taken first':
      ({ lr, rho, eps, weight_decay }, { add, sub, mul, div, sqrt, round, fma }) =>
      (x, g, _, s) => {
        const d = fma(round(weight_decay!), x, g)
        s[0] = fma(round(rho!), s[0]!, mul(mul(round(1 - rho!), d), d))
        const delta = mul(mul(d, div(1, sqrt(add(s[0]!, round(eps!))))), sqrt(add(s[1]!, round(eps!))))
        s[1] = fma(mul(round(1 - rho!), delta), delta, mul(round(rho!), s[1]!))
        return sub(x, mul(delta, round(lr!)))
      },
  }),
]
