import type { ClosedFormSource } from '../language/rule.ts'
import { averageForms, type FormOptions, type Given, givenForms } from './averages.ts'
import { reach } from './linear-forms.ts'

type Forms = Record<string, ClosedFormSource>

/** How a dialect that divides by a root steps: what is divided by, and its options. */
export interface AdaptiveShape extends FormOptions {
  /** The denominator of step k, as a text in k. */
  denominator: (gradient: Given) => string
  /** The rate of step k; `lr` where it is constant. */
  rate?: string
  /** The momentum that steps are gathered with; its name, and whether the option `nesterov` exists. */
  momentum?: string
  nesterov?: boolean
  maximize?: boolean
}

const apart = 'No step depends on $x$: the iterate is the start less the sum of the steps.'
const gathered = String.raw` Momentum $\mu$ passes the step taken at $k$ on $n-k$ times: it counts $1+\mu+\dots+\mu^{n-k}$ times.`

function text(shape: AdaptiveShape, gradient: Given): string {
  const { momentum } = shape
  const passed = momentum ? reach(momentum) : '1'
  const count = shape.nesterov ? `(nesterov ? 1 + ${momentum} * ${passed} : ${passed})` : passed
  const c = shape.maximize ? '(maximize ? -c : c)' : 'c'
  return `x0 - ${c} * sum(k, 1, n, ${shape.rate ?? 'lr'} * ${gradient.g} / ${shape.denominator(gradient)} * ${count})`
}

const how = ({ momentum }: AdaptiveShape): string => apart + (momentum ? gathered : '')

/** Closed forms where the denominator is an exponential average. */
export const rootMeanForms = (shape: AdaptiveShape): Forms => averageForms(g => text(shape, g), how(shape), shape)

/** Closed forms where the denominator is the sum of all squares so far. */
export const rootSumForms = (shape: AdaptiveShape): Forms =>
  givenForms(
    g => text(shape, g),
    () =>
      String.raw`$G_k$ is its initial value plus $\sum_{j\le k} g_j^2$: $k c^2$ for a constant gradient, $c^2$ after an impulse, $c^2\sum_{j\le k} r^{2j-2}$ for a geometric one. ${how(shape)}`,
    shape,
  )

/** What a dialect of Adadelta calls its decay, its rate and its options. */
export interface DeltaShape {
  rho: string
  rate?: string
  maximize?: boolean
  where?: FormOptions['where']
  /** The gradients that a form is known for; default: both. */
  shapes?: readonly ('constant' | 'impulse')[]
  /** Conditions beside a positive epsilon. */
  require?: readonly string[]
}

/** Closed forms of Adadelta: for a constant gradient a sum of products, for an impulse one step. */
export function deltaForms({
  rho,
  rate,
  maximize,
  where,
  shapes = ['constant', 'impulse'],
  require = [],
}: DeltaShape): Forms {
  const c = (maximize ? '(maximize ? -c : c)' : 'c') + (rate ? ` * ${rate}` : '')
  const growth = `(${rho} + (1 - ${rho}) * c^2 / (c^2 * (1 - ${rho}^i1) + eps))`
  const product = (from: string): string => `prod(i1, ${from}, k - 1, ${growth})`
  const accumulated = `eps * (${product('1')} + (1 - ${rho}) * sum(j, 1, k - 1, ${product('j + 1')}))`
  const common = { require: ['eps > 0', ...require], ...(where && { where }) }
  const forms: Record<'constant' | 'impulse', ClosedFormSource> = {
    constant: {
      gradient: 'constant',
      ...common,
      x: `x0 - ${c} * sum(k, 1, n, sqrt(${accumulated} / (c^2 * (1 - ${rho}^k) + eps)))`,
      derivation: String.raw`$G_k=c^2(1-\rho^k)$ by the geometric series. Write $e_k=s_k+\epsilon$ and $a_i=\rho+(1-\rho)\,c^2/(G_i+\epsilon)$: every update enters $s$ as its square $e_{k-1}c^2/(G_k+\epsilon)$, so that $e_k$ is $a_k e_{k-1}$ plus the fresh $(1-\rho)\epsilon$. What is fresh at $j$ has been multiplied by $a_{j+1}\cdots a_k$ since, and the first $\epsilon$ by all: $e_k=\epsilon\left(\prod_{i\le k}a_i+(1-\rho)\sum_{j\le k}\prod_{i=j+1}^{k}a_i\right)$. Each step is $c\sqrt{e_{k-1}/(G_k+\epsilon)}$.`,
    },
    impulse: {
      gradient: 'impulse',
      ...common,
      x: `x0 - ${c} * sqrt(eps / (c^2 * (1 - ${rho}) + eps))`,
      derivation: String.raw`Only the first gradient moves $x$; there $s=0$ and $G=(1-\rho)c^2$.`,
    },
  }
  return Object.fromEntries(shapes.map(shape => [shape, forms[shape]]))
}
