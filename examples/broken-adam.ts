/**
 * Adam with a mistake that training hides: the average of squares is not corrected for its bias, so that the first steps
 * are too long. `lockstep verify examples/broken-adam.ts --rule adam/pytorch` finds it.
 */

interface Hyper {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

export default (hyper: Hyper, x0: Float64Array) => {
  const { lr, beta1, beta2, eps } = hyper
  const x = x0.slice()
  const m = new Float64Array(x.length)
  const v = new Float64Array(x.length)
  let t = 0
  return {
    step(gradient: Float64Array): Float64Array {
      t += 1
      for (let i = 0; i < x.length; i++) {
        m[i] = beta1 * m[i]! + (1 - beta1) * gradient[i]!
        v[i] = beta2 * v[i]! + (1 - beta2) * gradient[i]! ** 2
        const mhat = m[i]! / (1 - beta1 ** t)
        x[i] = x[i]! - (lr * mhat) / (Math.sqrt(v[i]!) + eps)
      }
      return x
    },
  }
}
