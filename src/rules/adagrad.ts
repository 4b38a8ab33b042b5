import { rootSumForms } from './adaptive-forms.ts'
import { family } from './family.ts'
import { accumulator, coupled, epsilon, kerasDecayNote, maximize, rate } from './options.ts'

const require = ['eps > 0']

export const adagrad = family('adagrad', {
  title: 'Adaptive subgradient descent (Adagrad)',
  parents: ['sgd'],
  paper: 'lecture',
  dialects: {
    lecture: {
      source: 'Lecture on optimization for deep learning, Adagrad: G ← G + ∇J(θ)²; θ ← θ − η/√(G+ε) · ∇J(θ)',
      hyper: { lr: rate('0.01'), eps: epsilon('1e-8') },
      state: { G: '0' },
      step: `
        G = G + g^2
        x = x - lr / sqrt(G + eps) * g`,
      closedForms: rootSumForms({ denominator: g => `sqrt(c^2 * ${g.squares} + eps)`, require }),
      note: 'Epsilon stands inside the root; the sum of squares starts at 0.',
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.Adagrad: the algorithm in the class description',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html',
      hyper: {
        lr: rate('0.01'),
        lr_decay: { default: '0', domain: '[0, inf)', meaning: 'the rate falls as 1 / (1 + (t - 1) lr_decay)' },
        weight_decay: coupled,
        initial_accumulator_value: accumulator('0'),
        eps: epsilon('1e-10'),
        maximize,
      },
      state: { G: { init: 'initial_accumulator_value', as: 'sum', meaning: 'sum of squared gradients' } },
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        clr    = lr / (1 + (t - 1) * lr_decay)
        G      = G + d * d
        x      = x - clr * d / (sqrt(G) + eps)`,
      closedForms: rootSumForms({
        denominator: g => `(sqrt(initial_accumulator_value + c^2 * ${g.squares}) + eps)`,
        rate: 'lr / (1 + (k - 1) * lr_decay)',
        maximize: true,
        where: { weight_decay: '0' },
        require,
      }),
      note: 'Epsilon stands outside the root. Weight decay is coupled: it enters the sum of squares.',
    },
    keras: {
      source:
        'Keras 3 documentation, keras.optimizers.Adagrad, which gives Duchi, Hazan & Singer 2011 as its definition: H = δI + diag(s), s the root of the sum of squares, with the accumulator starting at initial_accumulator_value; tf.keras.optimizers.Adagrad of TensorFlow 1.15 to 2.1 prints the same: θ − lr·g/(√accum + ε)',
      url: 'https://keras.io/api/optimizers/adagrad/',
      hyper: {
        lr: rate('0.001'),
        initial_accumulator_value: accumulator('0.1'),
        eps: epsilon('1e-7'),
      },
      state: { G: { init: 'initial_accumulator_value', as: 'accumulator', meaning: 'sum of squared gradients' } },
      step: `
        G = G + g^2
        x = x - lr * g / (sqrt(G) + eps)`,
      closedForms: rootSumForms({
        denominator: g => `(sqrt(initial_accumulator_value + c^2 * ${g.squares}) + eps)`,
        require,
      }),
      note: `The paper adds δ outside the root, and so did the formula that older documentation printed; that of Keras 3 does not say where epsilon goes. The sum of squares starts at 0.1.${kerasDecayNote}`,
    },
    optax: {
      source: 'Optax 0.2.8 documentation, optax.adagrad: the formula for w, and eps "inside of the square root"',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adagrad',
      hyper: { lr: rate('0.001'), initial_accumulator_value: accumulator('0.1'), eps: epsilon('1e-7') },
      state: { G: { init: 'initial_accumulator_value', as: 'sum_of_squares', meaning: 'sum of squared gradients' } },
      step: `
        G = G + g^2
        x = x - lr * g / sqrt(G + eps)`,
      closedForms: rootSumForms({
        denominator: g => `sqrt(initial_accumulator_value + c^2 * ${g.squares} + eps)`,
        require,
      }),
      note: 'Epsilon stands inside the root; the sum of squares starts at 0.1. learning_rate has no default in Optax.',
    },
    tfjs: {
      source:
        'TensorFlow.js 4.22 API documentation, tf.train.adagrad, which gives Duchi et al. 2011 and Ruder (ruder.io, Adagrad: θ − η/√(G+ε) · g) as its definitions, with a positive starting value for the accumulator; the two differ in where epsilon stands, and the comment of its own test follows Ruder',
      url: 'https://js.tensorflow.org/api/4.22.0/#train.adagrad',
      hyper: { lr: rate('0.01'), initial_accumulator_value: accumulator('0.1', '(0, inf)'), eps: epsilon('1e-7') },
      state: { G: { init: 'initial_accumulator_value', as: 'accumulator', meaning: 'sum of squared gradients' } },
      step: `
        G = G + g^2
        x = x - g / sqrt(G + eps) * lr`,
      closedForms: rootSumForms({
        denominator: g => `sqrt(initial_accumulator_value + c^2 * ${g.squares} + eps)`,
        require,
      }),
      note: "Epsilon stands inside the root and cannot be chosen: it is the backend's, 1e-7 for 32-bit floats. learningRate has no default.",
    },
  },
})
