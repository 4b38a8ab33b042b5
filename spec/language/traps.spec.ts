import { describe, expect, it } from 'vitest'
import { refusal, ruleWith } from './helpers.ts'

/** Text, what is wrong with it, line and column, and what to write instead. */
const traps: readonly (readonly [string, RegExp, string, RegExp])[] = [
  // What the parser would take for something else.
  ['m = beta1 * m\n  + g\nx = x - m', /begin with '\+'.*silently be a new statement/, '2:3', /on one line/],
  ['m = beta1 * m\n  - g\nx = x - m', /begin with '-'/, '2:3', /on one line/],
  ['m = g\n  and m\nx = x - m', /begin with 'and'/, '2:3', /on one line/],
  ['x = x - lr (g + 1)', /'lr\(' would call a function/, '1:9', /lr \* \(\.\.\.\)/],
  ['x = x - (lr)(g)', /product without \*/, '1:14', /written out/],
  ['x = x - lr g', /product without \*/, '1:12', /written out/],
  ['x = x - 2 g', /product without \*/, '1:11', /written out/],
  ['x = x - 2g', /'2g' is neither/, '1:9', /2 \* g/],
  ['x = x - 1_000 * g', /'1_000' is neither/, '1:9', /written out/],
  ["x = x' - g", /transposition/, '1:6', /new value/],
  ['x = x - g!', /factorial/, '1:10', /not a/],
  ['x = x - 5% * g', /percentage/, '1:10', /0\.05/],
  ['x = lr < beta1 < 1 ? x : g', /chain of comparisons/, '1:5', /a < b and b < c/],
  ['x = x == g == m ? x : g', /chain of comparisons/, '1:5', /a < b and b < c/],
  ['x = y = x', /second =/, '1:7', /one assignment a line/],
  ['x = nesterov = 1 ? g : x', /second =/, '1:14', /==/],
  ['f(x) = x', /would define a function/, '1:1', /f = \.\.\./],
  ['x = g : x', /range/, '1:5', /\? :/],
  ['x = +g', /'unaryPlus'/, '1:6', /leading \+/],
  ['x = x; m = g', /end a statement silently/, '1:6', /one assignment a line/],
  ['x = not nesterov < 1 ? g : x', /condition stands where a number/, '1:9', /condition \?/],
  ['x = true ? g : x', /'true' is a constant/, '1:5', /boolean hyper-parameter/],
  ['x = Infinity * g', /'Infinity' is a constant/, '1:5', /boolean hyper-parameter/],
  ['x = g mod 2', /'mod'/, '1:7', /and, or, not/],
  ['x = g to m', /'to'/, '1:7', /and, or, not/],
  ['x = xor(g, m)', /'xor'/, '1:5', /and, or, not/],
  // Lookalikes.
  ['x = x × g', /'×' is not an operator/, '1:7', /\*/],
  ['x = x · g', /'·' is not an operator/, '1:7', /\*/],
  ['x = x − g', /'−' is not a minus sign/, '1:7', /ASCII hyphen/],
  ['x = x – g', /'–' is not a minus sign/, '1:7', /ASCII hyphen/],
  ['x = x ÷ g', /'÷' is not an operator/, '1:7', /\//],
  ['x = √g', /'√' is not a function/, '1:5', /sqrt/],
  ['x = x - β₁ * g', /'β' is not a letter/, '1:9', /beta1 for β₁/],
  ['x = x - beta₁ * g', /'₁' is a subscript/, '1:13', /beta1/],
  ['x = x - g²', /'²' is a superscript/, '1:10', /a\^2/],
  ['x = x ≤ g ? x : g', /'≤'/, '1:7', /<=/],
  ['x ← x - g', /'←' is not an assignment/, '1:3', /Write =/],
  ['x = x\u200b - g', /U\+200B is not part/, '1:6', /names/],
  // Other languages' spellings.
  ['x = x ** 2', /'\*\*'/, '1:7', /\^/],
  ['x = x .* g', /'\.\*'/, '1:7', /elementwise already/],
  ['x = x - 5.*g', /'\.\*'/, '1:10', /elementwise already/],
  ['x = x && g', /'&&'/, '1:7', /Write and/],
  ['x = |g|', /'\|'/, '1:5', /abs\(a\)/],
  ['x = x === g ? x : g', /'==='/, '1:7', /==/],
  ['x = x <> g ? x : g', /'<>'/, '1:7', /!=/],
  ['x = x =< g ? x : g', /'=<'/, '1:7', /<=/],
  ['x := x - g', /':='/, '1:3', /Write =/],
  ['x += g', /'\+='/, '1:3', /x = x -/],
  ['x = x // c', /'\/\/'/, '1:7', /#/],
  ['x = x /* c */ - g', /'\/\*'/, '1:7', /#/],
  ['x = [g]', /'\['/, '1:5', /no arrays/],
  ['x = {g}', /'\{'/, '1:5', /no arrays/],
  ['x = "g"', /begins a text/, '1:5', /no texts/],
  ['x = x - g.y', /'\.' is not part/, '1:10', /names/],
  ['x = @g', /'@' is not part/, '1:5', /names/],
  ['x = 0x10 * g', /'0x10' is neither/, '1:5', /decimal/],
  ['x = 1..2', /'\.' is not part/, '1:6', /names/],
  ['x = 5 5', /cannot be read/, '1:7', /parentheses and operators/],
  // Functions.
  ['x = sin(g)', /'sin\('/, '1:5', /sqrt, abs, sign, min, max, fl, first/],
  ['x = if(nesterov, g, x)', /'if\('/, '1:5', /condition \? a : b/],
  ['x = pow(g, 2)', /'pow\('/, '1:5', /\^/],
  ['x = rsqrt(g)', /'rsqrt\('/, '1:5', /1 \/ sqrt/],
  ['x = sqrt(g, x)', /takes 1 argument, got 2/, '1:5', /sqrt\(a\)/],
  ['x = max(g)', /takes 2 arguments, got 1/, '1:5', /max\(a, b\)/],
  ['x = max(g, )', /cannot be read/, '1:12', /parentheses/],
  ['x = sum(k, 1, 3, k) * g', /belongs to closed forms/, '1:5', /fixed number/],
  // Numbers.
  ['x = 1e400 * g', /too large/, '1:5', /1\.8e308/],
  ['x = 1e-400 * g', /too small/, '1:5', /4\.9e-324/],
  ['x = x^0.5', /something else than a small whole number/, '1:5', /sqrt for roots/],
  ['x = x^9', /something else than a small whole number/, '1:5', /2 to 8/],
  ['x = x^lr', /something else than a small whole number/, '1:5', /2 to 8/],
  ['x = 2^g', /exponent is a tensor/, '1:5', /2 to 8/],
  // Kinds.
  ['x = nesterov * g', /boolean, not a number/, '1:5', /nesterov \? a : b/],
  ['x = lr ? x : g', /number stands where a condition/, '1:5', /momentum != 0/],
  ['x = (lr < 1) * g', /condition stands where a number/, '1:6', /condition \?/],
  ['x = (x > 0 and g) ? 1 : 0', /number stands where a condition/, '1:16', /comparison/],
  ['x = fl(g)', /this is a tensor/, '1:5', /leave fl out/],
  ['x = first(g) ? g : m', /whether a state variable was written/, '1:11', /It may ask of: m/],
  // Names.
  ['g = x', /g is read-only/, '1:1', /d = g/],
  ['t = 2', /t is read-only/, '1:1', /new name/],
  ['lr = 2', /lr is read-only/, '1:1', /new name/],
  ['e = g', /'e' cannot be assigned.*constant/, '1:1', /another name/],
  ['sqrt = g', /'sqrt' cannot be assigned.*function/, '1:1', /another name/],
  ['x = e^t * g', /'e' is not known here; it is a mathematical constant/, '1:5', /Known here: lr, beta1/],
  ['x = betal * g', /'betal' is not known/, '1:5', /Did you mean beta1\?/],
  ['x = x - lr * u\nu = g', /'u' is not known/, '1:14', /Known here: lr, beta1, x, g, t, m/],
  // Unfinished.
  ['x = x -\n g', /ends with '-'/, '1:7', /on one line/],
  ['x = (x - g', /parenthesis is not closed/, '1:5', /matching/],
  ['x = x - g)', /parenthesis is not opened/, '1:10', /matching/],
  ['x = nesterov ? g', /False part of conditional/, '1:17', /parentheses and operators/],
  ['x =', /Nothing stands after the =/, '1:3', /what x becomes/],
  ['= x', /begin with '='/, '1:1', /on one line/],
  ['return x', /not an assignment/, '1:1', /name = expression/],
  ['m = g', /x is never assigned/, '0:0', /moves the iterate/],
  ['', /no assignment/, '0:0', /one assignment a line/],
]

describe('what the parser would take and the language refuses, each at its place and with a hint', () => {
  it.each(traps)('%s', (text, problem, at, hint) => {
    const refused = refusal(() => ruleWith(text))
    expect(refused.problem).toMatch(problem)
    expect(refused.at).toBe(at)
    expect(refused.hint).toMatch(hint)
  })

  it('points into the line and column of an indented block', () => {
    const text = `
      # a comment, and an empty line

      m = beta1 * m   # kept
      x = x - lr * mm`
    expect(refusal(() => ruleWith(text))).toMatchObject({ at: '5:20', hint: 'Did you mean m?' })
    expect(() => ruleWith(text)).toThrow(
      ['r, step, line 5, column 14: ', '  x = x - lr * mm', '               ^', '  Did you mean m?']
        .join('\n')
        .slice(28),
    )
  })

  it('takes comments, tabs, carriage returns and no-break spaces for what they look like', () => {
    expect(ruleWith('x\t=\u00a0x - lr * g # (\r').step).toEqual(ruleWith('x = x - lr * g').step)
  })

  it('a comment in an expression of several lines hides only its own line', () => {
    const rule = ruleWith('x = x - g', { at: 'x # here\n - lr * m' })
    expect(rule.at).toEqual(ruleWith('x = x - g', { at: 'x - lr * m' }).at)
  })
})
