import type { DialectSource, HyperSource } from '../language/rule.ts'
import { adamForms, corrected, folded, hat, inside, outside } from './adam-forms.ts'
import { family } from './family.ts'
import { coupled, epsilon, kerasDecayNote, maximize, rate } from './options.ts'

/** The hyper-parameters that every Adam has; frameworks differ in the default of epsilon. */
export const adamHyper = (eps: string): Record<string, HyperSource> => ({
  lr: rate('0.001'),
  beta1: { default: '0.9', domain: '[0, 1)', meaning: 'decay of the average of gradients' },
  beta2: { default: '0.999', domain: '[0, 1)', meaning: 'decay of the average of squared gradients' },
  eps: epsilon(eps),
})

export const amsgrad: HyperSource = { default: false, meaning: 'divide by the largest average of squares so far' }

/** The state of an Adam under a framework's own names. */
export const adamState = (m: string, v: string, vmax?: string): NonNullable<DialectSource['state']> => ({
  m: { init: '0', as: m, meaning: 'average of gradients' },
  v: { init: '0', as: v, meaning: 'average of squared gradients' },
  ...(vmax && { vmax: { init: '0', when: 'amsgrad', as: vmax, meaning: 'largest average of squares so far' } }),
})

export const adam = family('adam', {
  title: 'Adaptive Moment Estimation',
  parents: ['momentum', 'rmsprop'],
  paper: 'kingma-ba',
  dialects: {
    lecture: {
      source: 'Lecture on optimization for deep learning, Adam: θ ← θ − η/√(v̂+ε) · m̂',
      hyper: adamHyper('1e-8'),
      state: { m: '0', v: '0' },
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - lr / sqrt(vhat + eps) * mhat`,
      closedForms: adamForms({ denominator: inside, numerator: corrected }),
      note: 'Epsilon stands inside the root; the paper adds it outside. Defaults are those of the paper.',
    },
    'kingma-ba': {
      source: 'Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, Algorithm 1',
      url: 'https://arxiv.org/abs/1412.6980',
      hyper: adamHyper('1e-8'),
      state: { m: '0', v: '0' },
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - lr * mhat / (sqrt(vhat) + eps)`,
      closedForms: adamForms({ denominator: outside, numerator: corrected }),
      note: 'The paper also gives an order with the corrections folded into the rate (before Section 2.1); its epsilon hat is another number.',
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.Adam: the algorithm in the class description',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html',
      hyper: {
        ...adamHyper('1e-8'),
        weight_decay: coupled,
        amsgrad,
        maximize,
      },
      state: adamState('exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'),
      step: `
        signed    = maximize ? -g : g
        d         = weight_decay != 0 ? signed + weight_decay * x : signed
        w         = fl(1 - beta1)
        m         = w < 0.5 ? m + w * (d - m) : d - (d - m) * (1 - w)
        v         = beta2 * v + (1 - beta2) * d * d
        vmax      = max(vmax, v)
        bc1       = 1 - beta1^t
        bc2       = 1 - beta2^t
        step_size = lr / bc1
        denom     = sqrt(amsgrad ? vmax : v) / sqrt(bc2) + eps
        x         = x - step_size * m / denom`,
      closedForms: adamForms({
        denominator: outside,
        numerator: corrected,
        maximize: true,
        amsgrad: 'uncorrected',
        where: { weight_decay: '0' },
      }),
      note: 'Weight decay is coupled: it enters both averages. AMSGrad takes its maximum before the bias correction.',
    },
    keras: {
      source:
        'Keras 3 documentation, keras.optimizers.Adam: "epsilon hat" of Kingma & Ba 2015, the formula just before Section 2.1; amsgrad after Reddi et al. 2018',
      url: 'https://keras.io/api/optimizers/adam/',
      hyper: { ...adamHyper('1e-7'), amsgrad },
      state: adamState('momentum', 'velocity', 'velocity_hat'),
      clock: 'optimizer',
      step: `
        m       = beta1 * m + (1 - beta1) * g
        v       = beta2 * v + (1 - beta2) * g^2
        vmax    = max(vmax, v)
        alpha_t = lr * sqrt(1 - beta2^t) / (1 - beta1^t)
        x       = x - alpha_t * m / (sqrt(amsgrad ? vmax : v) + eps)`,
      closedForms: adamForms({ denominator: hat, numerator: folded, amsgrad: 'uncorrected' }),
      note: `Epsilon is added to the uncorrected root, so that it weighs more in the first steps. t counts the steps of the optimizer.${kerasDecayNote}`,
    },
    optax: {
      source:
        'Optax 0.2.8 documentation, optax.adam (the formula for u_t, eps_root = 0) and optax.amsgrad (bias correction before the maximum)',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adam',
      hyper: { ...adamHyper('1e-8'), amsgrad: { default: false, meaning: 'optax.amsgrad instead of optax.adam' } },
      state: adamState('mu', 'nu', 'nu_max'),
      clock: 'optimizer',
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        vmax = max(vmax, vhat)
        x    = x - lr * (mhat / (sqrt(amsgrad ? vmax : vhat) + eps))`,
      closedForms: adamForms({ denominator: outside, numerator: corrected, amsgrad: 'corrected' }),
      note: 'AMSGrad takes its maximum after the bias correction. eps_root is 0 and nesterov off, as by default.',
    },
    tfjs: {
      source:
        'TensorFlow.js 4.22 API documentation, tf.train.adam, which gives Kingma & Ba 2015 as its definition: Algorithm 1',
      url: 'https://js.tensorflow.org/api/4.22.0/#train.adam',
      hyper: adamHyper('1e-7'),
      state: adamState('m', 'v'),
      clock: 'optimizer',
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - mhat / (sqrt(vhat) + eps) * lr`,
      closedForms: adamForms({ denominator: outside, numerator: corrected }),
      note: "The default of epsilon is the backend's own, 1e-7 for 32-bit floats. t counts the steps of the optimizer.",
    },
  },
})
