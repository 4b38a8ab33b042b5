import { type Implementation, of } from './tools.ts'

/** Correct Adams and AdamWs, in orders of evaluation that are not the one written. */
export const rightAdams: readonly Implementation[] = [
  ...of('adam/kingma-ba', undefined, {
    'the algorithm as printed':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const mhat = div(s[0]!, round(1 - beta1! ** t))
        const vhat = div(s[1]!, round(1 - beta2! ** t))
        return sub(x, div(mul(round(lr!), mhat), add(sqrt(vhat), round(eps!))))
      },
    'corrections folded into the rate and epsilon':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const root = Math.sqrt(1 - beta2! ** t)
        const rate = round((lr! * root) / (1 - beta1! ** t))
        return sub(x, div(mul(rate, s[0]!), add(sqrt(s[1]!), round(eps! * root))))
      },
    'both averages as interpolations':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(s[0]!, mul(round(1 - beta1!), sub(g, s[0]!)))
        s[1] = add(s[1]!, mul(round(1 - beta2!), sub(mul(g, g), s[1]!)))
        const denominator = add(div(sqrt(s[1]!), round(Math.sqrt(1 - beta2! ** t))), round(eps!))
        return sub(x, div(mul(round(lr! / (1 - beta1! ** t)), s[0]!), denominator))
      },
    'reciprocals instead of quotients':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const mhat = mul(s[0]!, round(1 / (1 - beta1! ** t)))
        const vhat = mul(s[1]!, round(1 / (1 - beta2! ** t)))
        return sub(x, mul(mul(round(lr!), mhat), div(1, add(sqrt(vhat), round(eps!)))))
      },
    'powers as running products':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        if (t === 1) s[2] = s[3] = 1
        s[2]! *= beta1!
        s[3]! *= beta2!
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(mul(g, g), round(1 - beta2!)))
        const step = mul(div(round(lr!), round(1 - s[2]!)), s[0]!)
        return sub(x, div(step, add(sqrt(div(s[1]!, round(1 - s[3]!))), round(eps!))))
      },
    'corrections as averages of ones':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, _, s) => {
        s[2] = beta1! * s[2]! + (1 - beta1!)
        s[3] = beta2! * s[3]! + (1 - beta2!)
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(mul(round(1 - beta2!), g), g))
        return sub(x, div(mul(round(lr! / s[2]!), s[0]!), add(sqrt(div(s[1]!, round(s[3]!))), round(eps!))))
      },
    'corrections by expm1':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        const correction = (beta: number): number => -Math.expm1(t * Math.log1p(beta - 1))
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const denominator = add(div(sqrt(s[1]!), round(Math.sqrt(correction(beta2!)))), round(eps!))
        return sub(x, mul(round(lr!), div(div(s[0]!, round(correction(beta1!))), denominator)))
      },
    'binary64 registers, state in the format':
      ({ lr, beta1, beta2, eps }, { round }) =>
      (x, g, t, s) => {
        const m = beta1! * s[0]! + (1 - beta1!) * g
        const v = beta2! * s[1]! + (1 - beta2!) * g * g
        s[0] = round(m)
        s[1] = round(v)
        return round(x - (lr! * (m / (1 - beta1! ** t))) / (Math.sqrt(v / (1 - beta2! ** t)) + eps!))
      },
    'state kept in binary64':
      ({ lr, beta1, beta2, eps }, { round }) =>
      (x, g, t, s) => {
        s[0] = beta1! * s[0]! + (1 - beta1!) * g
        s[1] = beta2! * s[1]! + (1 - beta2!) * g * g
        return round(x - (lr! * (s[0]! / (1 - beta1! ** t))) / (Math.sqrt(s[1]! / (1 - beta2! ** t)) + eps!))
      },
    'contracted to fused multiply-adds':
      ({ lr, beta1, beta2, eps }, { add, mul, div, sqrt, round, fma }) =>
      (x, g, t, s) => {
        s[0] = fma(round(beta1!), s[0]!, mul(round(1 - beta1!), g))
        s[1] = fma(round(beta2!), s[1]!, mul(mul(round(1 - beta2!), g), g))
        const denominator = add(div(sqrt(s[1]!), round(Math.sqrt(1 - beta2! ** t))), round(eps!))
        return fma(-round(lr! / (1 - beta1! ** t)), div(s[0]!, denominator), x)
      },
    'contracted the other way':
      ({ lr, beta1, beta2, eps }, { sub, mul, div, sqrt, round, fma }) =>
      (x, g, t, s) => {
        s[0] = fma(round(1 - beta1!), sub(g, s[0]!), s[0]!)
        s[1] = fma(mul(g, round(1 - beta2!)), g, mul(round(beta2!), s[1]!))
        const denominator = fma(sqrt(s[1]!), round(1 / Math.sqrt(1 - beta2! ** t)), round(eps!))
        return sub(x, div(mul(round(lr! / (1 - beta1! ** t)), s[0]!), denominator))
      },
    'sums without weights, scaled when read':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(mul(round(beta1!), s[0]!), g)
        s[1] = add(mul(round(beta2!), s[1]!), mul(g, g))
        const mhat = mul(s[0]!, round((1 - beta1!) / (1 - beta1! ** t)))
        const vhat = mul(s[1]!, round((1 - beta2!) / (1 - beta2! ** t)))
        return sub(x, div(mul(round(lr!), mhat), add(sqrt(vhat), round(eps!))))
      },
    'averages that are corrected as they run':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(s[0]!, mul(round((1 - beta1!) / (1 - beta1! ** t)), sub(g, s[0]!)))
        s[1] = add(s[1]!, mul(round((1 - beta2!) / (1 - beta2! ** t)), sub(mul(g, g), s[1]!)))
        return sub(x, div(mul(round(lr!), s[0]!), add(sqrt(s[1]!), round(eps!))))
      },
    'gradient weighted before it is squared':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        const weighted = mul(round(Math.sqrt(1 - beta2!)), g)
        s[0] = add(mul(round(beta1!), s[0]!), mul(g, round(1 - beta1!)))
        s[1] = add(mul(round(beta2!), s[1]!), mul(weighted, weighted))
        const denominator = mul(
          add(div(sqrt(s[1]!), round(Math.sqrt(1 - beta2! ** t))), round(eps!)),
          round(1 - beta1! ** t),
        )
        return sub(x, mul(round(lr!), div(s[0]!, denominator)))
      },
    'iterate summed with compensation':
      ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const denominator = add(div(sqrt(s[1]!), round(Math.sqrt(1 - beta2! ** t))), round(eps!))
        const step = sub(div(mul(round(-lr! / (1 - beta1! ** t)), s[0]!), denominator), s[2]!)
        const next = add(x, step)
        s[2] = sub(sub(next, x), step)
        return next
      },
    'first moment as a sum over the history': ({ lr, beta1, beta2, eps }, { add, sub, mul, div, sqrt, round }) => {
      const history: number[] = []
      return (x, g, t, s) => {
        history.push(g)
        const m = history.reduce((sum, past, k) => add(sum, mul(round((1 - beta1!) * beta1! ** (t - 1 - k)), past)), 0)
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const denominator = add(sqrt(div(s[1]!, round(1 - beta2! ** t))), round(eps!))
        return sub(x, div(mul(round(lr! / (1 - beta1! ** t)), m), denominator))
      }
    },
  }),
  ...of('adamw/pytorch', undefined, {
    'decay as a subtraction of its own':
      ({ lr, beta1, beta2, eps, weight_decay }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        const decayed = sub(x, mul(round(lr! * weight_decay!), x))
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const denominator = add(sqrt(div(s[1]!, round(1 - beta2! ** t))), round(eps!))
        return sub(decayed, div(mul(round(lr! / (1 - beta1! ** t)), s[0]!), denominator))
      },
    'decay and step gathered before the rate':
      ({ lr, beta1, beta2, eps, weight_decay }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), g))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(g, g)))
        const mhat = div(s[0]!, round(1 - beta1! ** t))
        const direction = div(mhat, add(sqrt(div(s[1]!, round(1 - beta2! ** t))), round(eps!)))
        return sub(x, mul(round(lr!), add(direction, mul(round(weight_decay!), x))))
      },
    'decay as one fused multiply-add with the step':
      ({ lr, beta1, beta2, eps, weight_decay }, { add, mul, div, sqrt, round, fma }) =>
      (x, g, t, s) => {
        s[0] = fma(round(beta1!), s[0]!, mul(round(1 - beta1!), g))
        s[1] = fma(round(beta2!), s[1]!, mul(round(1 - beta2!), mul(g, g)))
        const denominator = add(div(sqrt(s[1]!), round(Math.sqrt(1 - beta2! ** t))), round(eps!))
        return fma(x, round(1 - lr! * weight_decay!), div(mul(round(-lr! / (1 - beta1! ** t)), s[0]!), denominator))
      },
  }),
  ...of(
    'adam/pytorch',
    { amsgrad: true, maximize: true },
    {
      'largest corrected root, uncorrected where it is read':
        ({ lr, beta1, beta2, eps, weight_decay }, { add, mul, div, sqrt, round }) =>
        (x, g, t, s) => {
          const d = add(-g, mul(round(weight_decay!), x))
          s[0] = add(mul(round(beta1!), s[0]!), mul(round(1 - beta1!), d))
          s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(d, d)))
          s[2] = Math.max(s[2]!, sqrt(s[1]!))
          return add(
            x,
            div(
              mul(round(-lr! / (1 - beta1! ** t)), s[0]!),
              add(mul(s[2]!, round(1 / Math.sqrt(1 - beta2! ** t))), round(eps!)),
            ),
          )
        },
    },
  ),
  ...of('adam/pytorch', undefined, {
    'both averages as interpolations, without a second form for small betas':
      ({ lr, beta1, beta2, eps, weight_decay }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = add(s[0]!, mul(round(1 - beta1!), sub(d, s[0]!)))
        s[1] = add(s[1]!, mul(round(1 - beta2!), sub(mul(d, d), s[1]!)))
        const denominator = add(div(sqrt(s[1]!), round(Math.sqrt(1 - beta2! ** t))), round(eps!))
        return sub(x, div(mul(round(lr! / (1 - beta1! ** t)), s[0]!), denominator))
      },
    'interpolation without a second form for small beta1':
      ({ lr, beta1, beta2, eps, weight_decay }, { add, sub, mul, div, sqrt, round }) =>
      (x, g, t, s) => {
        const d = add(g, mul(round(weight_decay!), x))
        s[0] = add(s[0]!, mul(round(1 - beta1!), sub(d, s[0]!)))
        s[1] = add(mul(round(beta2!), s[1]!), mul(round(1 - beta2!), mul(d, d)))
        const denominator = add(div(sqrt(s[1]!), round(Math.sqrt(1 - beta2! ** t))), round(eps!))
        return sub(x, div(mul(round(lr! / (1 - beta1! ** t)), s[0]!), denominator))
      },
  }),
]
