/** The lines of a step by the name that each assigns, in their order. */
type Lines = Readonly<Record<string, string>>

const kingmaBa: Lines = {
  m: 'beta1 * m + (1 - beta1) * g',
  v: 'beta2 * v + (1 - beta2) * g^2',
  mhat: 'm / (1 - beta1^t)',
  vhat: 'v / (1 - beta2^t)',
  x: 'x - lr * mhat / (sqrt(vhat) + eps)',
}

const torchAdam: Lines = {
  signed: 'maximize ? -g : g',
  d: 'weight_decay != 0 ? signed + weight_decay * x : signed',
  m: 'beta1 * m + (1 - beta1) * d',
  v: 'beta2 * v + (1 - beta2) * d * d',
  vmax: 'max(vmax, v)',
  bc1: '1 - beta1^t',
  bc2: '1 - beta2^t',
  step_size: 'lr / bc1',
  denom: 'sqrt(amsgrad ? vmax : v) / sqrt(bc2) + eps',
  x: 'x - step_size * m / denom',
}

const torchAdamW: Lines = {
  d: 'maximize ? -g : g',
  decayed: 'x * (1 - lr * weight_decay)',
  m: 'beta1 * m + (1 - beta1) * d',
  v: 'beta2 * v + (1 - beta2) * d * d',
  vmax: 'max(vmax, v)',
  bc1: '1 - beta1^t',
  bc2: '1 - beta2^t',
  step_size: 'lr / bc1',
  denom: 'sqrt(amsgrad ? vmax : v) / sqrt(bc2) + eps',
  x: 'decayed - step_size * m / denom',
}

const kerasAdam: Lines = {
  m: 'beta1 * m + (1 - beta1) * g',
  v: 'beta2 * v + (1 - beta2) * g^2',
  vmax: 'max(vmax, v)',
  alpha_t: 'lr * sqrt(1 - beta2^t) / (1 - beta1^t)',
  x: 'x - alpha_t * m / (sqrt(amsgrad ? vmax : v) + eps)',
}

const steps = { kingmaBa, torchAdam, torchAdamW, kerasAdam }

/** A published step with some lines changed: what an implementation that differs there computes. */
export const changed = (step: keyof typeof steps, lines: Lines): { step: string } => ({
  step: Object.entries({ ...steps[step], ...lines })
    .map(([name, text]) => `${name} = ${text}`)
    .join('\n'),
})
