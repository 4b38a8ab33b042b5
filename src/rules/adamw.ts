import type { HyperSource } from '../language/rule.ts'
import { adamHyper, adamState, amsgrad } from './adam.ts'
import { adamForms, corrected, folded, hat, outside } from './adam-forms.ts'
import { family } from './family.ts'
import { maximize } from './options.ts'

const weightDecay = (value: string, meaning: string): Record<string, HyperSource> => ({
  weight_decay: { default: value, domain: '[0, inf)', meaning },
})

export const adamw = family('adamw', {
  title: 'Adam with decoupled weight decay',
  parents: ['adam'],
  paper: 'loshchilov-hutter',
  dialects: {
    'loshchilov-hutter': {
      source:
        'Loshchilov & Hutter, Decoupled Weight Decay Regularization, ICLR 2019, Algorithm 2, with the schedule multiplier at 1',
      url: 'https://arxiv.org/abs/1711.05101',
      hyper: {
        ...adamHyper('1e-8'),
        ...weightDecay('0.01', 'lambda: share of x that is taken away in each step; the paper has no default'),
      },
      state: { m: '0', v: '0' },
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - (lr * mhat / (sqrt(vhat) + eps) + weight_decay * x)`,
      closedForms: adamForms({ denominator: outside, numerator: corrected, shrink: '(1 - weight_decay)' }),
      note: 'The decay is multiplied by the schedule multiplier only, not by the learning rate alpha; frameworks multiply it by the rate.',
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.AdamW: the algorithm in the class description',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html',
      hyper: { ...adamHyper('1e-8'), ...weightDecay('0.01', 'decay of x per step and unit of lr'), amsgrad, maximize },
      state: adamState('exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'),
      step: `
        d         = maximize ? -g : g
        decayed   = x * (1 - lr * weight_decay)
        w         = fl(1 - beta1)
        m         = w < 0.5 ? m + w * (d - m) : d - (d - m) * (1 - w)
        v         = beta2 * v + (1 - beta2) * d * d
        vmax      = max(vmax, v)
        bc1       = 1 - beta1^t
        bc2       = 1 - beta2^t
        step_size = lr / bc1
        denom     = sqrt(amsgrad ? vmax : v) / sqrt(bc2) + eps
        x         = decayed - step_size * m / denom`,
      closedForms: adamForms({
        denominator: outside,
        numerator: corrected,
        shrink: '(1 - lr * weight_decay)',
        maximize: true,
        amsgrad: 'uncorrected',
      }),
      note: 'The decay is multiplied by lr and comes before the step. AMSGrad takes its maximum before the bias correction.',
    },
    keras: {
      source:
        'Keras 3 documentation, keras.optimizers.AdamW: decoupled decay after Loshchilov & Hutter with "epsilon hat" of Kingma & Ba; keras.optimizers.Lion, which compares weight_decay with AdamW\'s, gives the strength of the decay as lr * wd',
      url: 'https://keras.io/api/optimizers/adamw/',
      hyper: { ...adamHyper('1e-7'), ...weightDecay('0.004', 'decay of x per step and unit of lr'), amsgrad },
      state: adamState('momentum', 'velocity', 'velocity_hat'),
      clock: 'optimizer',
      step: `
        m       = beta1 * m + (1 - beta1) * g
        v       = beta2 * v + (1 - beta2) * g^2
        vmax    = max(vmax, v)
        alpha_t = lr * sqrt(1 - beta2^t) / (1 - beta1^t)
        x       = x - x * weight_decay * lr - alpha_t * m / (sqrt(amsgrad ? vmax : v) + eps)`,
      closedForms: adamForms({
        denominator: hat,
        numerator: folded,
        shrink: '(1 - lr * weight_decay)',
        amsgrad: 'uncorrected',
      }),
      note: 'That the decay is multiplied by the rate is said only where Lion is compared with it; the paper that AdamW cites does not do so (adamw/loshchilov-hutter), and weight_decay means another number there.',
    },
    optax: {
      source: 'Optax 0.2.8 documentation, optax.adamw: the formula for u_t, with eps_root = 0',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adamw',
      hyper: { ...adamHyper('1e-8'), ...weightDecay('1e-4', 'decay of x per step and unit of lr') },
      state: adamState('mu', 'nu'),
      clock: 'optimizer',
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - lr * (mhat / (sqrt(vhat) + eps) + weight_decay * x)`,
      closedForms: adamForms({ denominator: outside, numerator: corrected, shrink: '(1 - lr * weight_decay)' }),
      note: 'The documentation says that the decay is multiplied by the rate, unlike the paper.',
    },
  },
})
