import { family } from './family.ts'
import { lookAheadForms, shiftedForms, torchNesterovForms } from './linear-forms.ts'
import { coupled, gamma, kerasDecayNote, maximize, momentum, rate } from './options.ts'

export const nesterov = family('nesterov', {
  title: 'Nesterov accelerated gradient',
  parents: ['momentum'],
  paper: 'lecture',
  dialects: {
    lecture: {
      source:
        'Lecture on optimization for deep learning, Nesterov accelerated gradient: v ← γ v + η ∇J(θ − γ v); θ ← θ − v',
      hyper: { lr: rate('0.01'), gamma: gamma('share of the velocity that is kept') },
      state: { v: '0' },
      at: 'x - gamma * v',
      step: `
        v = gamma * v + lr * g
        x = x - v`,
      closedForms: lookAheadForms('lr', 'gamma'),
      note: 'The gradient is taken at the look-ahead θ − γ v. Frameworks keep the look-ahead itself as their variable: φ = θ − γ v is theirs when the rate is constant.',
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.SGD: the algorithm in the class description, with nesterov',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html',
      hyper: { lr: rate('0.001'), momentum: momentum('0.9', '(0, inf)'), weight_decay: coupled, maximize },
      state: { b: { init: '0', as: 'momentum_buffer', meaning: 'sum of gradients' } },
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        b      = first(b) ? d : momentum * b + d
        x      = x - lr * (d + momentum * b)`,
      closedForms: torchNesterovForms({ mu: 'momentum' }),
      note: 'Shifted variable: the gradient is taken at x itself. The rate stands outside the buffer. Dampening is not allowed.',
    },
    keras: {
      source: 'Keras 3 documentation, keras.optimizers.SGD: the update rule for nesterov=True',
      url: 'https://keras.io/api/optimizers/sgd/',
      hyper: { lr: rate('0.01'), momentum: momentum('0.9', '(0, 1]') },
      state: { v: { init: '0', as: 'momentum', meaning: 'velocity' } },
      step: `
        v = momentum * v - lr * g
        x = x + (momentum * v - lr * g)`,
      closedForms: shiftedForms('lr', 'momentum'),
      note: `Shifted variable: the gradient is taken at x itself. The rate stands inside the velocity.${kerasDecayNote}`,
    },
    optax: {
      source: 'Optax 0.2.8 documentation, optax.sgd: the formulas for m_t and u_t with nesterov = True',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.sgd',
      hyper: { lr: rate('0.001'), momentum: momentum('0.9', '(0, 1]') },
      state: { m: { init: '0', as: 'trace', meaning: 'sum of gradients' } },
      step: `
        m = g + momentum * m
        x = x - lr * (g + momentum * m)`,
      closedForms: shiftedForms('lr', 'momentum'),
      note: 'Shifted variable: the gradient is taken at x itself. The rate stands outside the buffer.',
    },
    tfjs: {
      source:
        'TensorFlow documentation, tf.compat.v1.train.MomentumOptimizer with use_nesterov: gradients at the value passed, which tracks theta_t + mu * v_t of Sutskever et al. 2013; "an approximation of the original formula, valid for high values of momentum"',
      url: 'https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/MomentumOptimizer',
      hyper: { lr: rate('0.01'), momentum: momentum('0.9', '(0, 1]') },
      state: { accumulation: { init: '0', as: 'momentum', meaning: 'sum of gradients' } },
      step: `
        accumulation = momentum * accumulation + g
        x            = x - lr * (g + momentum * accumulation)`,
      closedForms: shiftedForms('lr', 'momentum'),
      note: 'Shifted variable: the gradient is taken at x itself. The rate stands outside the buffer. learningRate and momentum have no default in TensorFlow.js.',
    },
  },
})
