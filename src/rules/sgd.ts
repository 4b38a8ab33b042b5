import { family } from './family.ts'
import { choiceForms, plainForms, torchForms, torchNesterovForms } from './linear-forms.ts'
import { coupled, dampening, kerasDecayNote, maximize, momentum, nesterov, rate } from './options.ts'

/** The step of torch.optim.SGD; momentum/pytorch and nesterov/pytorch are its special cases. */
const torchStep = `
  signed = maximize ? -g : g
  d      = weight_decay != 0 ? signed + weight_decay * x : signed
  b      = first(b) ? d : momentum * b + (1 - dampening) * d
  update = momentum != 0 ? (nesterov ? d + momentum * b : b) : d
  x      = x - lr * update`

export const sgd = family('sgd', {
  title: 'Gradient descent',
  parents: [],
  paper: 'lecture',
  dialects: {
    lecture: {
      source: 'Lecture on optimization for deep learning, gradient descent: θ ← θ − η ∇J(θ)',
      hyper: { lr: rate('0.01') },
      step: 'x = x - lr * g',
      closedForms: plainForms('lr'),
      note: 'Batch or stochastic: the rule is the same, the gradient is taken over all data or over a mini-batch.',
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.SGD: the algorithm in the class description',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html',
      hyper: {
        lr: rate('0.001'),
        momentum: momentum('0', '[0, inf)'),
        dampening,
        weight_decay: coupled,
        nesterov,
        maximize,
      },
      state: { b: { init: '0', when: 'momentum != 0', as: 'momentum_buffer', meaning: 'sum of gradients' } },
      require: ['not nesterov or (momentum > 0 and dampening == 0)'],
      step: torchStep,
      closedForms: {
        ...torchForms({ mu: 'momentum', dampening: '(momentum == 0 ? 0 : dampening)', where: { nesterov: false } }),
        ...torchNesterovForms({
          mu: 'momentum',
          where: { nesterov: true, dampening: '0' },
          require: ['momentum > 0'],
          suffix: '-nesterov',
        }),
      },
      note: 'The rate stands outside the buffer. The first momentum step starts the buffer at the gradient, undampened, also when momentum is switched on later. Nesterov is the shifted variable, with the gradient taken at x itself.',
    },
    keras: {
      source: 'Keras 3 documentation, keras.optimizers.SGD: the three update rules in the class description',
      url: 'https://keras.io/api/optimizers/sgd/',
      hyper: { lr: rate('0.01'), momentum: momentum('0', '[0, 1]'), nesterov },
      state: { v: { init: '0', when: 'momentum != 0', as: 'momentum', meaning: 'velocity' } },
      step: `
        v = momentum * v - lr * g
        x = momentum != 0 ? (nesterov ? x + (momentum * v - lr * g) : x + v) : x - lr * g`,
      closedForms: choiceForms('lr', 'momentum'),
      note: `The rate stands inside the velocity.${kerasDecayNote}`,
    },
    optax: {
      source: 'Optax 0.2.8 documentation, optax.sgd: the formulas for u_t and m_t',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.sgd',
      hyper: { lr: rate('0.001'), momentum: momentum('0', '[0, 1]'), nesterov },
      state: { m: { init: '0', when: 'momentum != 0', as: 'trace', meaning: 'sum of gradients' } },
      step: `
        m = g + momentum * m
        u = momentum != 0 ? (nesterov ? g + momentum * m : m) : g
        x = x - lr * u`,
      closedForms: choiceForms('lr', 'momentum'),
      note: 'The rate stands outside the buffer. learning_rate has no default in Optax. momentum=None and momentum=0 are the same rule.',
    },
    tfjs: {
      source:
        'TensorFlow.js 4.22 API documentation, tf.train.sgd: stochastic gradient descent, as tf.raw_ops.ApplyGradientDescent states it: update var by subtracting alpha * delta from it',
      url: 'https://js.tensorflow.org/api/4.22.0/#train.sgd',
      hyper: { lr: rate('0.01') },
      step: 'x = x - lr * g',
      closedForms: plainForms('lr'),
      note: 'learningRate has no default in TensorFlow.js.',
    },
  },
})
