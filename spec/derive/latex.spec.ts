import { describe, expect, test } from 'vitest'
import { latex, latexRule, latexState, symbol } from '../../src/derive/latex.ts'
import { loadRule } from '../../src/language/load.ts'
import type { DialectSource } from '../../src/language/rule.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'

const raw = String.raw
const given: Partial<DialectSource> = {
  hyper: {
    lr: { default: '0.1' },
    beta1: { default: '0.9' },
    eps: { default: '1e-8' },
    weight_decay: { default: '0' },
    lr_decay: { default: '0' },
    nesterov: { default: false },
    maximize: { default: false },
  },
  state: { m: '0', v: '0', vmax: { init: '1 - beta1', when: 'nesterov' } },
}

/** The LaTeX of the right-hand side of `d = text`. */
function shown(text: string): string {
  const rule = loadRule({ ...given, source: 'here', step: `d = ${text}\nx = x - d` }, 'test')
  return latex(rule.step[0]!.value)
}

describe('names', () => {
  test.each([
    ['beta1', raw`\beta_1`],
    ['beta12', raw`\beta_{12}`],
    ['lr', raw`\eta`],
    ['eps', raw`\varepsilon`],
    ['g', 'g_t'],
    ['mhat', raw`\hat{m}`],
    ['alpha_t', raw`\alpha_t`],
    ['weight_decay', raw`\lambda`],
    ['G', 'G'],
    ['x0', 'x_0'],
    ['step_size', raw`\mathrm{step\_size}`],
    ['amsgrad', raw`\mathrm{amsgrad}`],
  ])('%s is shown as %s', (name, expected) => expect(symbol(name)).toBe(expected))
})

describe('expressions', () => {
  test.each([
    ['beta1 * m + (1 - beta1) * g', raw`\beta_1\,m + (1 - \beta_1)\,g_t`],
    ['(1 - beta1) * g^2', raw`(1 - \beta_1)\,g_t^2`],
    ['lr * m / (1 - beta1^t)', raw`\frac{\eta\,m}{1 - \beta_1^t}`],
    ['lr / sqrt(v + eps) * m', raw`\frac{\eta}{\sqrt{v + \varepsilon}}\,m`],
    ['m / (v / g)', raw`\frac{m}{\frac{v}{g_t}}`],
    ['(g + m)^2', '(g_t + m)^2'],
    ['(m / v)^2', raw`\left(\frac{m}{v}\right)^2`],
    ['-g^2', '-g_t^2'],
    ['(-g)^2', '(-g_t)^2'],
    ['-g * m', raw`(-g_t)\,m`],
    ['m - (g - v)', 'm - (g_t - v)'],
    ['m - g - v', 'm - g_t - v'],
    ['m + (g + v)', 'm + (g_t + v)'],
    ['m * (g * v)', raw`m\,(g_t\,v)`],
    ['m * 2', raw`m \cdot 2`],
    ['2 * m', raw`2\,m`],
    ['g + 1e-8', 'g_t + 10^{-8}'],
    ['g * 2.5e3', raw`g_t\,(2.5 \cdot 10^3)`],
    ['beta1^(t - 1) * g', raw`\beta_1^{t - 1}\,g_t`],
    ['(beta1^t)^2 * g', raw`(\beta_1^t)^2\,g_t`],
    ['sqrt(v)^2', raw`\sqrt{v}^2`],
    ['abs(g) * sign(m)', raw`\left|g_t\right|\,\operatorname{sign}(m)`],
    ['max(v, g^2) / min(1, m)', raw`\frac{\max(v, g_t^2)}{\min(1, m)}`],
    ['fl(1 - beta1) * g', raw`(1 - \beta_1)\,g_t`],
    ['t * lr_decay * g', raw`t\,\mathrm{lr\_decay}\,g_t`],
  ])('%s is shown as %s', (text, expected) => expect(shown(text)).toBe(expected))
})

describe('conditions', () => {
  test.each([
    ['maximize ? -g : g', raw`\begin{cases} -g_t & \text{if } \mathrm{maximize} \\ g_t & \text{otherwise} \end{cases}`],
    [
      'g < 0 ? m : g > 1 ? v : g',
      raw`\begin{cases} m & \text{if } g_t < 0 \\ v & \text{if } g_t > 1 \\ g_t & \text{otherwise} \end{cases}`,
    ],
    [
      'not nesterov and (lr > 0 or weight_decay != 0) ? m : g',
      raw`\begin{cases} m & \text{if } \text{not }\mathrm{nesterov} \text{ and } (\eta > 0 \text{ or } \lambda \ne 0) \\ g_t & \text{otherwise} \end{cases}`,
    ],
    [
      'lr * (first(m) ? g : m)',
      raw`\eta\,\left(\begin{cases} g_t & \text{if } m\text{ is unwritten} \\ m & \text{otherwise} \end{cases}\right)`,
    ],
  ])('%s is shown as cases', (text, expected) => expect(shown(text)).toBe(expected))
})

test('a state variable shows its initial value and when it exists', () => {
  const rule = loadRule({ ...given, source: 'here', step: 'x = x - lr * g' }, 'test')
  expect(latexState(rule.state.m!)).toBe('m = 0')
  expect(latexState(rule.state.vmax!)).toBe(raw`v_{\max} = 1 - \beta_1 \quad\text{if } \mathrm{nesterov}`)
})

test('Algorithm 1 of Kingma and Ba reads as in the paper', () => {
  expect(latexRule(findRule('adam/kingma-ba'))).toBe(raw`\begin{aligned}
  g_t &= \nabla f_t(x) \\
  m &\leftarrow \beta_1\,m + (1 - \beta_1)\,g_t \\
  v &\leftarrow \beta_2\,v + (1 - \beta_2)\,g_t^2 \\
  \hat{m} &= \frac{m}{1 - \beta_1^t} \\
  \hat{v} &= \frac{v}{1 - \beta_2^t} \\
  x &\leftarrow x - \frac{\eta\,\hat{m}}{\sqrt{\hat{v}} + \varepsilon}
\end{aligned}`)
})

test('the look-ahead of Nesterov is where the gradient is taken', () => {
  expect(latexRule(findRule('nesterov/lecture'))).toContain(raw`g_t &= \nabla f_t(x - \gamma\,v)`)
})

test('a name that is assigned twice has arrows, and a state variable under a condition says so', () => {
  const shown = latexRule(
    loadRule({ ...given, source: 'here', step: 'd = g\nd = d + m\nvmax = max(vmax, v)\nx = x - d' }, 'test'),
  )
  expect(shown).toContain(raw`d &\leftarrow d + m`)
  expect(shown).toContain(raw`v_{\max} &\leftarrow \max(v_{\max}, v) \quad\text{if } \mathrm{nesterov}`)
})

describe('closed forms', () => {
  const form = (x: string): string =>
    latex(
      loadRule(
        {
          ...given,
          source: 'here',
          step: 'x = x - lr * g',
          closedForms: { f: { gradient: 'constant', x, derivation: '' } },
        },
        'test',
      ).closedForms[0]!.x,
    )

  test.each([
    ['x0 - lr * c * sum(k, 1, n, r^(k - 1))', raw`x_0 - \eta\,c\,\sum_{k=1}^n r^{k - 1}`],
    ['sum(k, 1, n, 1 + k) * c', raw`\left(\sum_{k=1}^n (1 + k)\right)\,c`],
    ['c * sum(k, 1, n, k) * r', raw`\left(c\,\sum_{k=1}^n k\right)\,r`],
    ['prod(k, 1, 2 * n, k) + c', raw`\prod_{k=1}^{2\,n} k + c`],
  ])('%s is shown as %s', (text, expected) => expect(form(text)).toBe(expected))
})

test('braces, environments and \\left-\\right pairs of every built-in rule are balanced', () => {
  for (const id of ruleIds()) {
    const rule = findRule(id)
    for (const text of [latexRule(rule), ...rule.closedForms.map(closed => latex(closed.x))]) {
      const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0
      expect(count(/\{/g), id).toBe(count(/\}/g))
      expect(count(/\\begin/g), id).toBe(count(/\\end/g))
      expect(count(/\\left[(|]/g), id).toBe(count(/\\right[)|]/g))
    }
  }
})
