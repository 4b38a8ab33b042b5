import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lockstep, workplace } from './command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** Momentum as a module; `keep` makes the buffer of the first gradient, `more` is what else it exports. */
function momentum(keep: string, more = 'export const defaults = { lr: 0.1, momentum: 0.5 }'): string {
  const cwd = workplace()
  writeFileSync(
    join(cwd, 'mine.mjs'),
    `${more}
export default ({ lr, momentum }, x0) => {
  const x = Float64Array.from(x0)
  let b
  return {
    step(g) {
      if (b) b = b.map((each, i) => momentum * each + g[i])
      else b = ${keep}
      return x.map((_, i) => (x[i] -= lr * b[i]))
    },
    save: () => ({ b }),
    load: saved => { b = saved.b },
    set: hyper => { ({ lr, momentum } = hyper) },
  }
}`,
  )
  return cwd
}

describe('verify --contracts', () => {
  test('holds a module to what needs no rule, and names what it skipped', async () => {
    const { code, out, err } = await lockstep(['verify', './mine.mjs', '--contracts'], {
      cwd: momentum('Float64Array.from(g)'),
    })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(flat(out)).toMatch(
      /mine against no rule .*✓ a resumed run goes on as before .*skipped: the subject knows no shapes/,
    )
    expect(out).not.toContain('formula')
  })

  test('finds a buffer that is the caller’s gradient, and says how to ask again', async () => {
    const { code, out } = await lockstep(['verify', './mine.mjs', '--contracts'], { cwd: momentum('g') })
    expect(code).toBe(1)
    expect(flat(out)).toMatch(/✗ nothing is kept by reference .*step 2, parameter a\[0\]: x is NaN; allowed is/)
    expect(flat(out)).toContain("lockstep verify ./mine.mjs --contracts --check 'nothing is kept by reference'")
  })

  test('finds state that is lost when it is resumed', async () => {
    const cwd = momentum('Float64Array.from(g)')
    const { out } = await lockstep(
      ['verify', './mine.mjs', '--contracts', '--check', 'a resumed run goes on as before'],
      { cwd },
    )
    expect(out).toContain('✓')
    writeFileSync(
      join(cwd, 'lossy.mjs'),
      `import create from './mine.mjs'
export const defaults = { lr: 0.1, momentum: 0.5 }
export default (hyper, x0) => ({ ...create(hyper, x0), save: () => ({}) })`,
    )
    const lossy = await lockstep(
      ['verify', './lossy.mjs', '--contracts', '--check', 'a resumed run goes on as before'],
      { cwd },
    )
    expect(lossy.code).toBe(1)
    expect(flat(lossy.out)).toContain('a run that was resumed after step')
  })

  test('a module that does not tell its hyper-parameters is told what to write', async () => {
    const { code, err } = await lockstep(['verify', './mine.mjs', '--contracts'], { cwd: momentum('g.slice()', '') })
    expect(code).toBe(2)
    expect(flat(err)).toMatch(
      /does not tell its own hyper-parameters.*export const defaults = \{ lr: 0\.001 \}.*--rule adam\/pytorch/,
    )
  })

  test('and one whose defaults are no numbers, what is wrong', async () => {
    const { code, out, err } = await lockstep(['verify', './mine.mjs', '--contracts'], {
      cwd: momentum('g.slice()', "export const defaults = { lr: 'small' }"),
    })
    expect(code).toBe(3)
    expect(flat(out + err)).toMatch(/its export `defaults` is .*Expected numbers and booleans by name/)
  })

  test('a recording says that it cannot be asked', async () => {
    const { code, out } = await lockstep(['verify', 'pytorch', '--contracts'])
    expect(code).toBe(3)
    expect(flat(out)).toContain('a recording cannot be asked for contracts; they need a live subject')
  })

  test('with a rule asks for contracts alone, under it', async () => {
    const { out } = await lockstep(['verify', 'tfjs', '--rule', 'sgd', '--contracts', '--json'])
    const groups = JSON.parse(out).results.map(({ group, rule }: { group: string; rule: string }) => `${rule} ${group}`)
    expect(new Set(groups)).toEqual(new Set(['sgd/tfjs contract']))
  })
})
