import { family } from './family.ts'
import { momentumForms, torchForms } from './linear-forms.ts'
import { coupled, dampening, momentum as factor, gamma, kerasDecayNote, maximize, rate } from './options.ts'

export const momentum = family('momentum', {
  title: 'Gradient descent with momentum',
  parents: ['sgd'],
  paper: 'lecture',
  dialects: {
    lecture: {
      source: 'Lecture on optimization for deep learning, momentum: v ← γ v + η ∇J(θ); θ ← θ − v',
      hyper: { lr: rate('0.01'), gamma: gamma('share of the velocity that is kept') },
      state: { v: '0' },
      step: `
        v = gamma * v + lr * g
        x = x - v`,
      closedForms: momentumForms('lr', 'gamma'),
      note: 'The rate stands inside the velocity: a change of it acts on new gradients only. The velocity is a sum, not an average.',
    },
    pytorch: {
      source:
        'PyTorch 2.15 documentation, torch.optim.SGD: the algorithm in the class description, with momentum and without nesterov',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html',
      hyper: { lr: rate('0.001'), momentum: factor('0.9', '(0, inf)'), dampening, weight_decay: coupled, maximize },
      state: { b: { init: '0', as: 'momentum_buffer', meaning: 'sum of gradients' } },
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        b      = first(b) ? d : momentum * b + (1 - dampening) * d
        x      = x - lr * b`,
      closedForms: torchForms({ mu: 'momentum', dampening: 'dampening' }),
      note: 'The rate stands outside the buffer: a change of it acts on what was gathered before, too. The buffer starts at the first gradient, undampened. The default of momentum is 0 in PyTorch.',
    },
    keras: {
      source: 'Keras 3 documentation, keras.optimizers.SGD: the update rule for momentum larger than 0',
      url: 'https://keras.io/api/optimizers/sgd/',
      hyper: { lr: rate('0.01'), momentum: factor('0.9', '(0, 1]') },
      state: { v: { init: '0', as: 'momentum', meaning: 'velocity' } },
      step: `
        v = momentum * v - lr * g
        x = x + v`,
      closedForms: momentumForms('lr', 'momentum'),
      note: `The rate stands inside the velocity. The default of momentum is 0 in Keras.${kerasDecayNote}`,
    },
    optax: {
      source: 'Optax 0.2.8 documentation, optax.sgd: the formulas for m_t and u_t with nesterov = False',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.sgd',
      hyper: { lr: rate('0.001'), momentum: factor('0.9', '(0, 1]') },
      state: { m: { init: '0', as: 'trace', meaning: 'sum of gradients' } },
      step: `
        m = g + momentum * m
        x = x - lr * m`,
      closedForms: momentumForms('lr', 'momentum'),
      note: 'The rate stands outside the buffer. learning_rate has no default, momentum is off by default in Optax.',
    },
    tfjs: {
      source:
        'TensorFlow documentation, tf.compat.v1.train.MomentumOptimizer: accumulation = momentum * accumulation + gradient; variable -= learning_rate * accumulation (tf.train.momentum of TensorFlow.js 4.22 names Sutskever et al. 2013 and writes no formula; the comment of its own test works with learningRate * newAccumulation)',
      url: 'https://www.tensorflow.org/versions/r1.15/api_docs/python/tf/train/MomentumOptimizer',
      hyper: { lr: rate('0.01'), momentum: factor('0.9', '(0, 1]') },
      state: { accumulation: { init: '0', as: 'momentum', meaning: 'sum of gradients' } },
      step: `
        accumulation = momentum * accumulation + g
        x            = x - lr * accumulation`,
      closedForms: momentumForms('lr', 'momentum'),
      note: 'The rate stands outside the buffer; in Sutskever et al. it stands inside. learningRate and momentum have no default in TensorFlow.js.',
    },
  },
})
