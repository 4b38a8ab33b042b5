import { type AdaptiveShape, rootMeanForms } from './adaptive-forms.ts'
import { family } from './family.ts'
import { centered, coupled, epsilon, gamma, kerasDecayNote, maximize, momentum, nesterov, rate } from './options.ts'

const decay = (value: string) => ({
  default: value,
  domain: '[0, 1)',
  meaning: 'decay of the average of squared gradients',
})

const outside = (radicand: string): string => `(sqrt(c^2 * (${radicand})) + eps)`
const inside = (radicand: string): string => `sqrt(c^2 * (${radicand}) + eps)`

/** Plain and centered forms; the variance v - m^2 cancels where the decay is small, beyond the digits that are compared. */
function bothForms(
  alpha: string,
  denominator: (radicand: string) => string,
  shape: Omit<AdaptiveShape, 'denominator'>,
) {
  return {
    ...rootMeanForms({
      ...shape,
      denominator: g => denominator(g.second(alpha)),
      where: { ...shape.where, centered: false },
      require: ['eps > 0'],
    }),
    ...rootMeanForms({
      ...shape,
      denominator: g => denominator(`${g.second(alpha)} - (${g.first(alpha)})^2`),
      where: { ...shape.where, centered: true },
      require: ['eps > 0', `${alpha} >= 0.9`],
      suffix: '-centered',
    }),
  }
}

export const rmsprop = family('rmsprop', {
  title: 'Root mean square propagation (RMSProp)',
  parents: ['adagrad'],
  paper: 'lecture',
  dialects: {
    lecture: {
      source: 'Lecture on optimization for deep learning, RMSProp: G ← γ G + (1−γ) ∇J(θ)²; θ ← θ − η/√(G+ε) · ∇J(θ)',
      hyper: { lr: rate('0.001'), gamma: gamma('decay of the average of squared gradients'), eps: epsilon('1e-8') },
      state: { G: '0' },
      step: `
        G = gamma * G + (1 - gamma) * g^2
        x = x - lr / sqrt(G + eps) * g`,
      closedForms: rootMeanForms({ denominator: g => inside(g.second('gamma')), require: ['eps > 0'] }),
      note: 'Epsilon stands inside the root.',
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.RMSprop: the algorithm in the class description',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html',
      hyper: {
        lr: rate('0.01'),
        alpha: decay('0.99'),
        eps: epsilon('1e-8'),
        weight_decay: coupled,
        momentum: momentum('0', '[0, inf)'),
        centered,
        maximize,
      },
      state: {
        v: { init: '0', as: 'square_avg', meaning: 'average of squared gradients' },
        m: { init: '0', when: 'centered', as: 'grad_avg', meaning: 'average of gradients' },
        b: { init: '0', when: 'momentum > 0', as: 'momentum_buffer', meaning: 'sum of steps' },
      },
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        v      = alpha * v + (1 - alpha) * d * d
        w      = fl(1 - alpha)
        m      = w < 0.5 ? m + w * (d - m) : d - (d - m) * (1 - w)
        denom  = sqrt(centered ? v - m * m : v) + eps
        b      = momentum * b + d / denom
        x      = momentum > 0 ? x - lr * b : x - lr * d / denom`,
      closedForms: bothForms('alpha', outside, { momentum: 'momentum', maximize: true, where: { weight_decay: '0' } }),
      note: 'Epsilon stands outside the root. The rate stands outside the buffer. Weight decay is coupled: it enters the averages.',
    },
    keras: {
      source:
        'Keras 3 documentation, keras.optimizers.RMSprop: "epsilon hat" of Kingma & Ba 2015, the formula just before Section 2.1 (√v + ε̂); plain momentum as in keras.optimizers.SGD; the centered version subtracts the squared average of gradients',
      url: 'https://keras.io/api/optimizers/rmsprop/',
      hyper: {
        lr: rate('0.001'),
        rho: decay('0.9'),
        momentum: momentum('0', '[0, 1]'),
        eps: epsilon('1e-7'),
        centered,
      },
      state: {
        v: { init: '0', as: 'velocity', meaning: 'average of squared gradients' },
        m: { init: '0', when: 'centered', as: 'average_gradient', meaning: 'average of gradients' },
        b: { init: '0', when: 'momentum > 0', as: 'momentum', meaning: 'sum of steps' },
      },
      step: `
        v     = rho * v + (1 - rho) * g^2
        m     = rho * m + (1 - rho) * g
        denom = sqrt(centered ? v - m^2 : v) + eps
        b     = momentum * b + lr * g / denom
        x     = momentum > 0 ? x - b : x - lr * g / denom`,
      closedForms: bothForms('rho', outside, { momentum: 'momentum' }),
      note: `By the documentation epsilon stands outside the root. The formula that tf.keras printed up to TensorFlow 2.1 had it inside, √(ms + ε); it went when the words "epsilon hat" came. The rate stands inside the buffer, as in that formula.${kerasDecayNote}`,
    },
    optax: {
      source:
        'Optax 0.2.8 documentation, optax.rmsprop: √(v + ε) in the denominator by default; centered and momentum after Graves 2013, which it cites (there equations 38 to 41); nesterov as in optax.sgd',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.rmsprop',
      hyper: {
        lr: rate('0.001'),
        alpha: decay('0.9'),
        eps: epsilon('1e-8'),
        centered,
        momentum: momentum('0', '[0, 1]'),
        nesterov,
      },
      state: {
        v: { init: '0', as: 'nu', meaning: 'average of squared gradients' },
        m: { init: '0', when: 'centered', as: 'mu', meaning: 'average of gradients' },
        b: { init: '0', when: 'momentum > 0', as: 'trace', meaning: 'sum of steps, negative' },
      },
      step: `
        v = alpha * v + (1 - alpha) * g^2
        m = alpha * m + (1 - alpha) * g
        u = -lr * g / sqrt(centered ? v - m^2 + eps : v + eps)
        b = u + momentum * b
        x = momentum > 0 ? (nesterov ? x + (u + momentum * b) : x + b) : x + u`,
      closedForms: bothForms('alpha', inside, { momentum: 'momentum', nesterov: true }),
      note: 'decay is called alpha here, as in PyTorch. eps_in_sqrt is true, initial_scale 0 and bias_correction false, as by default. The rate stands inside the buffer. learning_rate has no default.',
    },
    tfjs: {
      source:
        'TensorFlow documentation, tf.raw_ops.ApplyCenteredRMSProp and tf.raw_ops.ApplyRMSProp: mom <- momentum * mom + lr * grad / sqrt(ms - mg * mg + epsilon); var <- var - mom (tf.train.rmsprop of TensorFlow.js 4.22 links Hinton 2012, lecture 6, and writes no formula; the comment of its own test adds epsilon, sqrt(0.2 - 0.01 + 1e-8))',
      url: 'https://www.tensorflow.org/api_docs/python/tf/raw_ops/ApplyCenteredRMSProp',
      hyper: {
        lr: rate('0.01'),
        alpha: decay('0.9'),
        momentum: momentum('0', '[0, 1]'),
        eps: epsilon('1e-7'),
        centered,
      },
      state: {
        v: { init: '0', as: 'rms', meaning: 'average of squared gradients' },
        m: { init: '0', when: 'centered', as: 'mg', meaning: 'average of gradients' },
        b: { init: '0', as: 'momentum', meaning: 'sum of steps' },
      },
      step: `
        v = alpha * v + (1 - alpha) * g^2
        m = alpha * m + (1 - alpha) * g
        b = momentum * b + lr * g / sqrt(centered ? v - m^2 + eps : v + eps)
        x = x - b`,
      closedForms: bothForms('alpha', inside, { momentum: 'momentum' }),
      note: "decay is called alpha here, as in PyTorch. Epsilon stands inside the root, the rate inside the buffer. learningRate has no default; the default of epsilon is the backend's, 1e-7 for 32-bit floats.",
    },
  },
})
