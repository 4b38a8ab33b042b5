import type { HyperSource } from '../language/rule.ts'
import { averageForms } from './averages.ts'
import { family } from './family.ts'

const hyper = (eps: string): Record<string, HyperSource> => ({
  lr: { default: '0.001', domain: '[0, inf)', meaning: 'learning rate (alpha in the paper)' },
  beta1: { default: '0.9', domain: '[0, 1)', meaning: 'decay of the average of gradients' },
  beta2: { default: '0.999', domain: '[0, 1)', meaning: 'decay of the average of squared gradients' },
  eps: { default: eps, domain: '[0, inf)', meaning: 'keeps the denominator away from zero' },
})
const amsgrad: HyperSource = { default: false, meaning: 'divide by the largest average of squares so far' }

const corrected = String.raw`Bias correction divides the averages by $1-\beta_1^k$ and $1-\beta_2^k$; the iterate is the start
less the sum of the $n$ steps, none of which depends on $x$.`
const needsEps = ['eps > 0']

export const adam = family('adam', {
  title: 'Adaptive Moment Estimation',
  parents: ['momentum', 'rmsprop'],
  paper: 'kingma-ba',
  dialects: {
    lecture: {
      source: 'Lecture on optimization for deep learning, Adam: θ ← θ − η/√(v̂+ε) · m̂',
      hyper: hyper('1e-8'),
      state: { m: '0', v: '0' },
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - lr / sqrt(vhat + eps) * mhat`,
      closedForms: averageForms(
        a => `x0 - lr * c * sum(k, 1, n, ${a.first('beta1')} / (1 - beta1^k)
          / sqrt(c^2 * ${a.second('beta2')} / (1 - beta2^k) + eps))`,
        corrected,
        { require: needsEps },
      ),
      note: 'Epsilon stands inside the root; the paper adds it outside.',
    },
    'kingma-ba': {
      source: 'Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, Algorithm 1',
      url: 'https://arxiv.org/abs/1412.6980',
      hyper: hyper('1e-8'),
      state: { m: '0', v: '0' },
      step: `
        m    = beta1 * m + (1 - beta1) * g
        v    = beta2 * v + (1 - beta2) * g^2
        mhat = m / (1 - beta1^t)
        vhat = v / (1 - beta2^t)
        x    = x - lr * mhat / (sqrt(vhat) + eps)`,
      closedForms: averageForms(
        a => `x0 - lr * c * sum(k, 1, n, ${a.first('beta1')} / (1 - beta1^k)
          / (sqrt(c^2 * ${a.second('beta2')} / (1 - beta2^k)) + eps))`,
        corrected,
        { require: needsEps },
      ),
    },
    pytorch: {
      source: 'PyTorch 2.15 documentation, torch.optim.Adam: the algorithm in the class description',
      url: 'https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html',
      hyper: {
        ...hyper('1e-8'),
        weight_decay: { default: '0', domain: '[0, inf)', meaning: 'L2 penalty, added to the gradient' },
        amsgrad,
        maximize: { default: false, meaning: 'ascend: the gradient is negated first' },
      },
      state: {
        m: { init: '0', as: 'exp_avg', meaning: 'average of gradients' },
        v: { init: '0', as: 'exp_avg_sq', meaning: 'average of squared gradients' },
        vmax: { init: '0', when: 'amsgrad', as: 'max_exp_avg_sq', meaning: 'largest v so far' },
      },
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
      closedForms: {
        ...averageForms(
          a => `x0 - lr * (maximize ? -c : c) * sum(k, 1, n, ${a.first('beta1')} / (1 - beta1^k)
            / (sqrt(c^2 * (amsgrad ? ${a.shape === 'impulse' ? '1 - beta2' : a.second('beta2')} : ${a.second('beta2')}) / (1 - beta2^k)) + eps))`,
          String.raw`${corrected} With AMSGrad the largest average so far takes the place of $v_k$: for a constant gradient
averages grow, so that the largest is the last, $v_k$; after an impulse they fall, so that it is the first, $(1-\beta_2)c^2$.`,
          { where: { weight_decay: '0' }, require: needsEps, shapes: ['constant', 'impulse'] },
        ),
        ...averageForms(
          a => `x0 - lr * (maximize ? -c : c) * sum(k, 1, n, ${a.first('beta1')} / (1 - beta1^k)
            / (sqrt(c^2 * ${a.second('beta2')} / (1 - beta2^k)) + eps))`,
          corrected,
          { where: { weight_decay: '0', amsgrad: false }, require: needsEps, shapes: ['geometric'] },
        ),
      },
      note: 'Weight decay is coupled: it enters both averages. AMSGrad takes its maximum before the bias correction.',
    },
    keras: {
      source:
        'Keras 3 documentation, keras.optimizers.Adam: "epsilon hat" of Kingma & Ba 2015, the formula just before Section 2.1',
      url: 'https://keras.io/api/optimizers/adam/',
      hyper: { ...hyper('1e-7'), amsgrad },
      state: {
        m: { init: '0', as: 'momentum', meaning: 'average of gradients' },
        v: { init: '0', as: 'velocity', meaning: 'average of squared gradients' },
        vmax: { init: '0', when: 'amsgrad', as: 'velocity_hat', meaning: 'largest v so far' },
      },
      clock: 'optimizer',
      step: `
        m       = beta1 * m + (1 - beta1) * g
        v       = beta2 * v + (1 - beta2) * g^2
        vmax    = max(vmax, v)
        alpha_t = lr * sqrt(1 - beta2^t) / (1 - beta1^t)
        x       = x - alpha_t * m / (sqrt(amsgrad ? vmax : v) + eps)`,
      closedForms: {
        ...averageForms(
          a => `x0 - lr * c * sum(k, 1, n, sqrt(1 - beta2^k) / (1 - beta1^k) * ${a.first('beta1')}
            / (sqrt(c^2 * (amsgrad ? ${a.shape === 'impulse' ? '1 - beta2' : a.second('beta2')} : ${a.second('beta2')})) + eps))`,
          String.raw`The corrections are folded into the rate $\alpha_k$, which leaves $\sqrt{v_k}+\hat\epsilon$ uncorrected.
With AMSGrad the largest average so far takes the place of $v_k$: for a constant gradient the last, after an impulse the first.`,
          { require: needsEps, shapes: ['constant', 'impulse'] },
        ),
        ...averageForms(
          a => `x0 - lr * c * sum(k, 1, n, sqrt(1 - beta2^k) / (1 - beta1^k) * ${a.first('beta1')}
            / (sqrt(c^2 * ${a.second('beta2')}) + eps))`,
          String.raw`The corrections are folded into the rate $\alpha_k$, which leaves $\sqrt{v_k}+\hat\epsilon$ uncorrected.`,
          { where: { amsgrad: false }, require: needsEps, shapes: ['geometric'] },
        ),
      },
      note: 'Epsilon is added to the uncorrected root, so that its effect fades with t. t counts the steps of the optimizer.',
    },
  },
})
