import type { ClosedFormSource } from '../language/rule.ts'
import { givenForms, type Shape } from './averages.ts'

/**
 * Closed forms of gradient descent with momentum. All of it is linear: with z_n = p z_(n-1) - q z_(n-2) and z_0 = 1,
 * z_(-1) = 0, the n-th iterate is a sum of z. Texts only; nothing is computed here.
 */
type Forms = Record<string, ClosedFormSource>

/** z_m as a text: the polynomial in p and q that the m-th power of the 2x2 matrix has for its corner. */
const power = (m: string, p: string, q: string): string =>
  `sum(j, 0, ${m}, 2 * j <= ${m} ? prod(l, 1, 2 * j + 1, (${m} - 2 * j + l) / l)
    * ((${p}) / 2)^(${m} - 2 * j) * ((${p})^2 / 4 - ${q})^j : 0)`

/** What was pushed into the buffer at k adds 1 + mu + mu^2 + ... to the way until n. */
export const reach = (momentum: string): string => `sum(j, 0, n - k, ${momentum}^j)`

const factor: Record<Shape, (exponent: string) => string> = {
  constant: () => '1',
  impulse: exponent => `0^(${exponent})`,
  geometric: exponent => `r^(${exponent})`,
}

const buffered = String.raw`The buffer is the sum $b_k=\sum_{j\le k}\mu^{k-j}g_j$. In $\sum_{k\le n} b_k$ the gradient $g_k$ therefore counts $1+\mu+\dots+\mu^{n-k}$ times.`

const matrix = String.raw`$(x_n, x_{n-1})$ is a fixed $2\times2$ matrix with trace $p$ and determinant $q$ times $(x_{n-1}, x_{n-2})$. By Cayley and Hamilton its powers are
combinations of $U_n=\frac{\lambda_1^{n+1}-\lambda_2^{n+1}}{\lambda_1-\lambda_2}$ and $U_{n-1}$ with $\lambda_{1,2}=\tfrac p2\pm\sqrt{\tfrac{p^2}4-q}$; expanding both powers by the binomial theorem cancels the root:
$U_n=\sum_{2j\le n}\binom{n+1}{2j+1}\left(\tfrac p2\right)^{n-2j}\left(\tfrac{p^2}4-q\right)^j$, real in every regime of damping.`

/** Gradient descent alone. */
export const plainForms = (lr: string): Forms => ({
  ...givenForms(
    g => (g.shape === 'constant' ? `x0 - n * ${lr} * c` : `x0 - ${lr} * c * sum(k, 1, n, ${g.g})`),
    () => String.raw`The iterate is the start less $\eta$ times the sum of the gradients.`,
  ),
  quadratic: {
    gradient: 'quadratic',
    x: `x0 * (1 - ${lr} * a)^n`,
    derivation: String.raw`With $g = a x$ each step multiplies $x$ by $1-\eta a$.`,
  },
})

/** Heavy ball: v <- mu v + lr g, x <- x - v, or any arrangement of it with a constant rate. */
export const momentumForms = (lr: string, mu: string): Forms => ({
  ...givenForms(
    g => `x0 - ${lr} * c * sum(k, 1, n, ${g.g} * ${reach(mu)})`,
    () => buffered,
  ),
  quadratic: {
    gradient: 'quadratic',
    x: quadratic(`1 + ${mu} - ${lr} * a`, mu, mu),
    derivation: String.raw`${matrix} For $(x_n, v_n)$ the trace is $p=1+\mu-\eta a$ and the determinant $q=\mu$. The first step gives $x_1=(p-\mu)x_0$, so that $x_n = x_0(U_n-\mu U_{n-1})$.`,
  },
})

/** Nesterov's momentum in the shifted variable: the gradient is taken at x itself, the step is lr (g + mu b). */
export const shiftedForms = (lr: string, mu: string): Forms => ({
  ...givenForms(
    g => `x0 - ${lr} * c * sum(k, 1, n, ${g.g} * (1 + ${mu} * ${reach(mu)}))`,
    () => `${buffered} Each step adds $g_k$ itself to $\\mu b_k$.`,
  ),
  quadratic: {
    gradient: 'quadratic',
    x: quadratic(`1 + ${mu} - (1 + ${mu}) * ${lr} * a`, `${mu} * (1 - ${lr} * a)`, mu),
    derivation: String.raw`${matrix} For $(x_n, v_n)$ the trace is $p=1+\mu-(1+\mu)\eta a$ and the determinant $q=\mu(1-\eta a)$. The first step gives $x_1=(p-\mu)x_0$, so that $x_n = x_0(U_n-\mu U_{n-1})$.`,
  },
})

/** Both, in a dialect where the option `nesterov` chooses. */
export function choiceForms(lr: string, mu: string): Forms {
  const named = (forms: Forms, nesterov: boolean): [string, ClosedFormSource][] =>
    Object.entries(forms).map(([id, form]) => [nesterov ? `${id}-nesterov` : id, { ...form, where: { nesterov } }])
  return Object.fromEntries([...named(momentumForms(lr, mu), false), ...named(shiftedForms(lr, mu), true)])
}

/** Nesterov's momentum with a look-ahead: the gradient is taken at x - gamma v. */
export const lookAheadForms = (lr: string, mu: string): Forms => ({
  ...givenForms(
    g => `x0 - ${lr} * c * sum(k, 1, n, ${g.g} * ${reach(mu)})`,
    () => buffered,
  ),
  quadratic: {
    gradient: 'quadratic',
    x: quadratic(`(1 + ${mu}) * (1 - ${lr} * a)`, `${mu} * (1 - ${lr} * a)`, `${mu} * (1 - ${lr} * a)`),
    derivation: String.raw`${matrix} The gradient is $a\,y_n$ with $y_n=x_n-\mu v_n=(1+\mu)x_n-\mu x_{n-1}$, and $x_{n+1}=(1-\eta a)y_n$ with $x_{-1}=x_0$, so that $x_n=x_0(U_n-q\,U_{n-1})$.`,
  },
})

/** x_n = x0 (U_n - h U_(n-1)). */
const quadratic = (p: string, q: string, h: string): string =>
  `x0 * (${power('n', p, q)} - ${h} * ${power('(n - 1)', p, q)})`

/** The options of torch.optim.SGD, as texts. */
export interface TorchOptions {
  mu: string
  dampening: string
  where?: ClosedFormSource['where']
  require?: string[]
  suffix?: string
}

const ascent = (name: string): string => `(maximize ? -${name} : ${name})`
const damped = String.raw` Dampening $\tau$ scales every gradient but the first, which starts the buffer; weight decay $\lambda$ adds $\lambda x$ to the gradient, so that even a constant gradient is a quadratic with a force: $U$ carries each push from $k$ to $n$.`

/** torch.optim.SGD without Nesterov: weight decay, momentum, dampening and maximize are all free. */
export function torchForms({ mu, dampening: tau, where, require, suffix = '' }: TorchOptions): Forms {
  const common = { ...(where && { where }), ...(require && { require }) }
  const p = (a: string): string => `1 + ${mu} - lr * (1 - ${tau}) * ${a}`
  const free = (a: string): string =>
    `x0 * (${power('n', p(a), mu)} - (${mu} + lr * ${tau} * ${a}) * ${power('(n - 1)', p(a), mu)})`
  const pushed = (shape: Shape): string => `(${power('(n - 1)', p('weight_decay'), mu)}
    + (1 - ${tau}) * sum(k, 2, n, ${factor[shape]('k - 1')} * ${power('(n - k)', p('weight_decay'), mu)}))`
  return {
    ...givenForms(
      g => `${free('weight_decay')} - lr * ${ascent('c')} * ${pushed(g.shape)}`,
      () => matrix + damped,
      { ...common, suffix },
    ),
    [`quadratic${suffix}`]: {
      gradient: 'quadratic',
      ...common,
      x: free(`(${ascent('a')} + weight_decay)`),
      derivation: String.raw`${matrix} With $A=\pm a+\lambda$: $x_{n+1}=(1+\mu-\eta(1-\tau)A)x_n-\mu x_{n-1}$ and $x_1=(1-\eta A)x_0$, so that $x_n=x_0\left(U_n-(\mu+\eta\tau A)U_{n-1}\right)$.`,
    },
  }
}

/** torch.optim.SGD with nesterov=True: weight decay, momentum and maximize are free; dampening is not allowed. */
export function torchNesterovForms({ mu, where, require, suffix = '' }: Omit<TorchOptions, 'dampening'>): Forms {
  const common = { ...(where && { where }), ...(require && { require }) }
  const at = (m: string, a: string): string => power(m, `(1 + ${mu}) * (1 - lr * ${a})`, `${mu} * (1 - lr * ${a})`)
  const free = (a: string): string => `x0 * (${at('n', a)} - ${mu} * ${at('(n - 1)', a)})`
  const pushed = (
    shape: Shape,
  ): string => `((1 + ${mu}) * sum(k, 1, n, ${factor[shape]('k - 1')} * ${at('(n - k)', 'weight_decay')})
    - ${mu} * sum(k, 2, n, ${factor[shape]('k - 2')} * ${at('(n - k)', 'weight_decay')}))`
  return {
    ...givenForms(
      g => `${free('weight_decay')} - lr * ${ascent('c')} * ${pushed(g.shape)}`,
      () =>
        String.raw`${matrix} Eliminating the buffer, the push at step $k$ is $-\eta\left((1+\mu)g_k-\mu g_{k-1}\right)$ with $g_0=0$; weight decay makes even a constant gradient a quadratic, and $U_{n-k}$ carries each push from $k$ to $n$.`,
      { ...common, suffix },
    ),
    [`quadratic${suffix}`]: {
      gradient: 'quadratic',
      ...common,
      x: free(`(${ascent('a')} + weight_decay)`),
      derivation: String.raw`${matrix} With $A=\pm a+\lambda$: $x_{n+1}=(1-\eta A)\left((1+\mu)x_n-\mu x_{n-1}\right)$ and $x_1=(1-\eta A(1+\mu))x_0$, so that $x_n = x_0(U_n-\mu U_{n-1})$.`,
    },
  }
}
