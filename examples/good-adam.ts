/** Adam as PyTorch's documentation gives it, on Float64Arrays: `lockstep verify examples/good-adam.ts --rule adam/pytorch`. */

interface Hyper {
  lr: number
  beta1: number
  beta2: number
  eps: number
  weight_decay: number
  amsgrad: boolean
  maximize: boolean
}

interface Saved {
  x: Float64Array
  m: Float64Array
  v: Float64Array
  vmax: Float64Array
  t: number
}

export default function adam(hyper: Hyper, x0: Float64Array) {
  let rates = hyper
  let x = x0
  let m: Float64Array = new Float64Array(x.length)
  let v: Float64Array = new Float64Array(x.length)
  let vmax: Float64Array = new Float64Array(x.length)
  let t = 0
  return {
    step(gradient: Float64Array): Float64Array {
      const { lr, beta1, beta2, eps, weight_decay, amsgrad, maximize } = rates
      t += 1
      for (let i = 0; i < x.length; i++) {
        const g = (maximize ? -gradient[i]! : gradient[i]!) + weight_decay * x[i]!
        m[i] = beta1 * m[i]! + (1 - beta1) * g
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g
        vmax[i] = Math.max(vmax[i]!, v[i]!)
        const corrected = (amsgrad ? vmax[i]! : v[i]!) / (1 - beta2 ** t)
        x[i] = x[i]! - (lr * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(corrected) + eps)
      }
      return x
    },
    /** Under the names that PyTorch uses, so that Lockstep can check each variable on its own. */
    state: () => ({ exp_avg: m, exp_avg_sq: v, ...(rates.amsgrad && { max_exp_avg_sq: vmax }) }),
    set(changed: Hyper): void {
      rates = changed
    },
    save: (): Saved => ({ x, m, v, vmax, t }),
    load(saved: Saved): void {
      ;({ x, m, v, vmax, t } = saved)
    },
  }
}
