import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { problems } from '../json-schema.ts'
import { lockstep, workplace } from './command.ts'

const long = { timeout: 60_000 }
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')
const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/schemas/diff-1.schema.json', import.meta.url)), 'utf8'),
)

/** Adam with epsilon inside the root, as somebody might write it. */
const own = `
title: My Adam
source: a spec
hyper:
  learning_rate: { default: 0.001, domain: "[0, inf)" }
  b1: { default: 0.9, domain: "[0, 1)" }
  b2: { default: 0.999, domain: "[0, 1)" }
  epsilon: { default: EPS, domain: "[0, inf)" }
state: { avg: 0, second: 0 }
step: |
  avg    = b1 * avg + (1 - b1) * g
  second = b2 * second + (1 - b2) * g^2
  mhat   = avg / (1 - b1^t)
  vhat   = second / (1 - b2^t)
  x      = x - learning_rate / sqrt(vhat + epsilon) * mhat
`

/** A directory with the rule as a file for each name and epsilon. */
function files(some: Readonly<Record<string, string>>): string {
  const cwd = workplace()
  for (const [name, eps] of Object.entries(some)) writeFileSync(join(cwd, name), own.replace('EPS', eps))
  return cwd
}

describe('lockstep diff', () => {
  test('shows formulas side by side, differing terms, facts, a scenario and the distance', long, async () => {
    const { code, out } = await lockstep(['diff', 'adam/pytorch', 'adam/keras'], { env: { COLUMNS: '120' } })
    expect(code).toBe(0)
    expect(out).toMatch(/^ {4}v +=.*\* d \* d +\| {2}v +=.*\* g\^2\n {4} +\^{5} +\^{3}$/m)
    expect(out).toMatch(/^ {4}bc1 .* <$/m)
    expect(out).toMatch(/^ +> {2}alpha_t = /m)
    expect(out).toMatch(/default of eps +1e-8 +1e-7/)
    expect(out).toMatch(/t counts +updates of the parameter +steps of the optimizer/)
    // The ratios are derived in spec/score/diff/diff.spec.ts.
    expect(flat(out)).toContain('up to 31.6 x at the first step for |g| up to 1e-9, 16.3 x at |g| = 1e-8')
    expect(flat(out)).toMatch(/relative after 1,000 steps at unit scale/)
    expect(out).toContain('With their own defaults')
    expect(out).toContain('eps = 1e-8 / 1e-7')
  })

  test.each([80, 100, 120])('fits %i columns', long, async width => {
    const { out } = await lockstep(['diff', 'adam/pytorch', 'adamw/pytorch'], { env: { COLUMNS: String(width) } })
    expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(width)
  })

  test(
    'narrow: statements stand below each other, each with its sign; one that both have is shown once',
    long,
    async () => {
      const { out } = await lockstep(['diff', 'adam/lecture', 'adam/kingma-ba'], { env: { COLUMNS: '80' } })
      const formula = out.split('Formula')[1]!.split('With the')[0]!
      expect(formula).toMatch(/^ {4}< x {4}= x - lr \/ sqrt\(vhat \+ eps\) \* mhat\n +\^/m)
      expect(formula).toMatch(/^ {4}> x {4}= x - lr \* mhat \/ \(sqrt\(vhat\) \+ eps\)\n +\^/m)
      expect(formula.match(/mhat +=/g)).toHaveLength(1)
    },
  )

  test('colours take the place of the carets, and nothing else changes', long, async () => {
    const ask = (env: Record<string, string>) =>
      lockstep(['diff', 'adam/lecture', 'adam/kingma-ba'], { env: { COLUMNS: '120', ...env } })
    const [coloured, bare] = [(await ask({ FORCE_COLOR: '1' })).out, (await ask({ NO_COLOR: '1' })).out]
    expect(coloured).not.toMatch(/\^\^/)
    const lines = (text: string): string[] => text.split('\n').filter(line => !/^[\s^]+$/.test(line))
    expect(lines(stripVTControlCharacters(coloured))).toEqual(lines(bare))
  })

  test('a rule with itself is the same formula, and exit code 0', long, async () => {
    const { code, out } = await lockstep(['diff', 'sgd/lecture', 'sgd/lecture'])
    expect(code).toBe(0)
    expect(out).toContain('They are the same formula.')
    expect(out).toMatch(/The same for all that was tried: [\d,]+ scenarios\./)
    expect(out).not.toContain('Beside the statements')
  })

  test('a rule file beside a built-in rule: other names, the same formula', long, async () => {
    const cwd = files({ 'mine.rule.yaml': '1e-8' })
    const { code, out } = await lockstep(['diff', 'adam/lecture', './mine.rule.yaml'], { cwd })
    expect(code).toBe(0)
    expect(out).toContain('They are the same formula, but for names.')
  })

  test('two versions of a file go by their paths, and differ in a default', long, async () => {
    const cwd = files({ 'old.rule.yaml': '1e-8', 'new.rule.yaml': '1e-6' })
    for (const name of ['old', 'new']) {
      const text = readFileSync(join(cwd, `${name}.rule.yaml`), 'utf8')
      writeFileSync(join(cwd, `${name}.rule.yaml`), `id: adam/mine${text}`)
    }
    const { out } = await lockstep(['diff', 'old.rule.yaml', 'new.rule.yaml'], { cwd })
    expect(out).toContain('old.rule.yaml and new.rule.yaml')
    expect(out).toContain('They are the same formula, but for names; their defaults differ.')
    expect(out).toMatch(/default of epsilon +1e-8 +1e-6/)
  })

  test('--json keeps to its published schema, with and without a scenario', long, async () => {
    for (const pair of [
      ['nesterov/lecture', 'nesterov/pytorch'],
      ['sgd/lecture', 'sgd/tfjs'],
    ]) {
      const { code, out } = await lockstep(['diff', ...pair, '--json', '--seed', '3'])
      expect(code).toBe(0)
      expect(problems(schema, JSON.parse(out), true)).toEqual([])
      expect(JSON.parse(out)).toMatchObject({
        schema: 'lockstep/diff/1',
        seed: 3,
        a: { id: pair[0] },
        b: { id: pair[1] },
      })
    }
  })

  test.each([
    [['diff', 'adam/pytroch', 'adam/keras'], 'Did you mean adam/pytorch'],
    [['diff', 'adam/pytorch'], "missing required argument 'b'"],
    [['diff', 'adam/pytorch', './none.rule.yaml'], "There is no file './none.rule.yaml'"],
    [['diff', 'adam/pytorch', 'adam/keras', '--seed', 'x'], 'whole number'],
  ])('%j is wrong usage', async (args, words) => {
    const { code, out, err } = await lockstep(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(words)
  })

  test('--help says what the exit code means', async () => {
    const { out } = await lockstep(['diff', '--help'])
    expect(out).toMatch(/Examples:\n +\$ lockstep diff/)
    expect(out).toContain('The exit code is 0 whether they differ or not')
  })
})
