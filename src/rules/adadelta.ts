import type { HyperSource } from '../language/rule.ts'
import { deltaForms } from './adaptive-forms.ts'
import { family } from './family.ts'
import { coupled, epsilon, gamma, kerasDecayNote, maximize, rate } from './options.ts'

const rho = (value: string, domain = '[0, 1)'): HyperSource => ({
  default: value,
  domain,
  meaning: 'decay of both averages of squares',
})

export const adadelta = family('adadelta', {
  title: 'Adadelta',
  parents: ['rmsprop'],
  paper: 'zeiler',
  dialects: {
    lecture: {
      source:
        'Lecture on optimization for deep learning, Adadelta: G ← γ G + (1−γ) ∇J(θ)²; Δ = √(s+ε)/√(G+ε) · ∇J(θ); θ ← θ − Δ; s ← γ s + (1−γ) Δ',
      hyper: { gamma: gamma('decay of both averages'), eps: epsilon('1e-6') },
      state: { G: '0', s: '0' },
      step: `
        G     = gamma * G + (1 - gamma) * g^2
        delta = sqrt(s + eps) / sqrt(G + eps) * g
        x     = x - delta
        s     = gamma * s + (1 - gamma) * delta`,
      closedForms: deltaForms({ rho: 'gamma', shapes: ['impulse'], require: ['c >= 0'] }),
      erratum: {
        printed: 's ← γ s + (1−γ) Δ',
        correct: 's ← γ s + (1−γ) Δ²',
        why: 'The numerator is the root mean square of the updates, so that its unit is that of x; without the square s takes the sign of the gradient, and √(s+ε) is not a number as soon as s < −ε.',
        see: 'Zeiler 2012, Algorithm 1, line 6 (adadelta/zeiler)',
      },
      note: 'Wrong as printed: the update enters s without being squared. The reference is adadelta/zeiler. After a negative impulse s is negative and the next step not a number; on a constant gradient s follows a recurrence with a root in it, for which no closed form is known.',
    },
    zeiler: {
      source: 'Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012, Algorithm 1',
      url: 'https://arxiv.org/abs/1212.5701',
      hyper: { rho: rho('0.95'), eps: epsilon('1e-6') },
      state: { G: '0', s: '0' },
      step: `
        G     = rho * G + (1 - rho) * g^2
        delta = -sqrt(s + eps) / sqrt(G + eps) * g
        s     = rho * s + (1 - rho) * delta^2
        x     = x + delta`,
      closedForms: deltaForms({ rho: 'rho' }),
      note: 'No learning rate. Defaults are those of the experiments in Section 4.1.',
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.Adadelta: the algorithm in the class description',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html',
      hyper: { lr: rate('1'), rho: rho('0.9', '[0, 1]'), eps: epsilon('1e-6'), weight_decay: coupled, maximize },
      state: {
        v: { init: '0', as: 'square_avg', meaning: 'average of squared gradients' },
        u: { init: '0', as: 'acc_delta', meaning: 'average of squared updates, before lr' },
      },
      step: `
        signed = maximize ? -g : g
        d      = weight_decay != 0 ? signed + weight_decay * x : signed
        v      = rho * v + (1 - rho) * d * d
        std    = sqrt(v + eps)
        delta  = sqrt(u + eps) / std * d
        u      = rho * u + (1 - rho) * delta * delta
        x      = x - lr * delta`,
      closedForms: deltaForms({ rho: 'rho', rate: 'lr', maximize: true, where: { weight_decay: '0' } }),
      note: 'The rate scales the update after it was accumulated. Weight decay is coupled: it enters the averages.',
    },
    keras: {
      source:
        'Keras 3 documentation, keras.optimizers.Adadelta, which gives Zeiler 2012 as its definition ("to match the exact form in the original paper, use 1.0" as the rate): Algorithm 1',
      url: 'https://keras.io/api/optimizers/adadelta/',
      hyper: { lr: rate('0.001'), rho: rho('0.95'), eps: epsilon('1e-7') },
      state: {
        G: { init: '0', as: 'accumulated_grad', meaning: 'average of squared gradients' },
        s: { init: '0', as: 'accumulated_delta_var', meaning: 'average of squared updates, before lr' },
      },
      step: `
        G     = rho * G + (1 - rho) * g^2
        delta = -sqrt(s + eps) * g / sqrt(G + eps)
        s     = rho * s + (1 - rho) * delta^2
        x     = x + lr * delta`,
      closedForms: deltaForms({ rho: 'rho', rate: 'lr' }),
      note: `The rate scales the update after it was accumulated.${kerasDecayNote}`,
    },
    optax: {
      source:
        'Optax 0.2.8 documentation, optax.adadelta: the formulas for E[g²] and Δw, E[Δw²] as in Zeiler 2012; weight_decay as optax.add_decayed_weights states it, added to the gradient',
      url: 'https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adadelta',
      hyper: { lr: rate('1'), rho: rho('0.9'), eps: epsilon('1e-6'), weight_decay: coupled },
      state: {
        G: { init: '0', as: 'e_g', meaning: 'average of squared gradients' },
        s: { init: '0', as: 'e_x', meaning: 'average of squared updates, before lr' },
      },
      step: `
        d     = weight_decay != 0 ? g + weight_decay * x : g
        G     = rho * G + (1 - rho) * d^2
        delta = -sqrt(s + eps) / sqrt(G + eps) * d
        s     = rho * s + (1 - rho) * delta^2
        x     = x + lr * delta`,
      closedForms: deltaForms({ rho: 'rho', rate: 'lr', where: { weight_decay: '0' } }),
      note: 'The rate scales the update after it was accumulated. learning_rate may be left out in Optax; the formula is then meant with a rate of 1.',
    },
    tfjs: {
      source:
        'TensorFlow.js 4.22 API documentation, tf.train.adadelta, which gives Zeiler 2012 as its definition: Algorithm 1, with a learning rate',
      url: 'https://js.tensorflow.org/api/4.22.0/#train.adadelta',
      hyper: { lr: rate('0.001'), rho: rho('0.95'), eps: epsilon('1e-7') },
      state: {
        G: { init: '0', as: 'accum_grad', meaning: 'average of squared gradients' },
        s: { init: '0', as: 'accum_var', meaning: 'average of squared updates, before lr' },
      },
      step: `
        G     = rho * G + (1 - rho) * g^2
        delta = sqrt(s + eps) / sqrt(G + eps) * g
        s     = rho * s + (1 - rho) * delta^2
        x     = x - lr * delta`,
      closedForms: deltaForms({ rho: 'rho', rate: 'lr' }),
      note: "The rate scales the update after it was accumulated. The default of epsilon is the backend's, 1e-7 for 32-bit floats.",
    },
  },
})
