/**
 * Adam with a mistake that training hides, in one line: the average of squares is not corrected for its bias, so that the
 * first steps are too long. `lockstep verify examples/broken-adam.ts --rule adam/pytorch` finds it; good-adam.ts has it right.
 */

interface Hyper {
  lr: number
  beta1: number
  beta2: number
  eps: number
  weight_decay: number
  amsgrad: boolean
  maximize: boolean
}

export default (hyper: Hyper, x0: Float64Array) => {
  const { lr, beta1, beta2, eps, weight_decay, amsgrad, maximize } = hyper
  const x = x0.slice()
  const m = new Float64Array(x.length)
  const v = new Float64Array(x.length)
  const vmax = new Float64Array(x.length)
  let t = 0
  return {
    step(gradient: Float64Array): Float64Array {
      t += 1
      for (let i = 0; i < x.length; i++) {
        const g = (maximize ? -gradient[i]! : gradient[i]!) + weight_decay * x[i]!
        m[i] = beta1 * m[i]! + (1 - beta1) * g
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g
        vmax[i] = Math.max(vmax[i]!, v[i]!)
        const corrected = amsgrad ? vmax[i]! : v[i]!
        x[i] = x[i]! - (lr * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(corrected) + eps)
      }
      return x
    },
  }
}
