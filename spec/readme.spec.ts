import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { example, lockstepProcess } from './cli/command.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const width = { COLUMNS: '88' }

/** The lines of a text between two that begin so, both included, without common indentation. */
function between(text: string, from: RegExp, to: RegExp): string[] {
  const lines = text.split('\n').map(line => line.trim())
  const first = lines.findIndex(line => from.test(line))
  const length = lines.slice(first).findIndex(line => to.test(line))
  return first < 0 || length < 0 ? [] : lines.slice(first, first + length + 1)
}

describe('the README', () => {
  it('shows the matrix that `lockstep verify` prints, without a Python', { timeout: 120_000 }, async () => {
    const { out, code } = await lockstepProcess(['verify', 'pytorch:ieee', 'pytorch', 'keras', 'optax', 'tfjs'], {
      env: width,
    })
    const shown = between(readme, /^sgd /, /^adamw /)
    expect(shown).toHaveLength(8)
    expect(between(out, /^sgd /, /^adamw /)).toEqual(shown)
    expect(code).toBe(0)
  })

  it('shows what the broken Adam of the examples is told', { timeout: 60_000 }, async () => {
    const { out, code } = await lockstepProcess(['verify', example('broken-adam.ts'), '--rule', 'adam/pytorch'], {
      env: width,
    })
    const shown = between(readme, /^adam\/pytorch, step/, /^gradient 1/)
    expect(shown.length).toBeGreaterThan(5)
    expect(between(out, /^adam\/pytorch, step/, /^gradient 1/)).toEqual(shown)
    expect(code).toBe(1)
  })

  it('shows how far two rules come apart', { timeout: 60_000 }, async () => {
    const { out } = await lockstepProcess(['diff', 'adam/pytorch', 'adam/keras'], { env: width })
    const shown = between(readme, /^adam\/pytorch and adam\/keras: up/, /at unit scale/)
    expect(shown).toHaveLength(2)
    expect(between(out, /^adam\/pytorch and adam\/keras: up/, /at unit scale/)).toEqual(shown)
  })

  it('shows what is wrong with it', { timeout: 120_000 }, async () => {
    const { out, code } = await lockstepProcess(['diagnose', example('broken-adam.ts'), '--rule', 'adam/pytorch'], {
      env: width,
    })
    const shown = between(readme, /^It looks like this/, /^now /)
    expect(shown.length).toBeGreaterThan(3)
    expect(between(out, /^It looks like this/, /^now /)).toEqual(shown)
    expect(code).toBe(1)
  })

  it('shows a rule as `lockstep rules` prints it', async () => {
    const { out } = await lockstepProcess(['rules', 'adam/kingma-ba'])
    const shown = between(readme, /^m {4}= /, /^x {4}= /)
    expect(shown).toHaveLength(5)
    expect(between(out, /^m {4}= /, /^x {4}= /)).toEqual(shown)
  })
})
