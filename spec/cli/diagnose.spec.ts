import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { example, lockstep, workplace } from './command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** A directory with one module in it, which makes steps with this body. */
function stepping(body: string): string {
  const cwd = workplace()
  writeFileSync(join(cwd, 'mine.mjs'), `export default (hyper, x0) => ({ step(g) { ${body} } })`)
  return cwd
}

describe('lockstep diagnose', () => {
  test('names the line that is wrong, ends with 1, and says what to do', async () => {
    const path = example('broken-adam.ts')
    const { code, out, err } = await lockstep(['diagnose', path, '--rule', 'adam/pytorch', '--limit', '600'])
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(flat(out)).toMatch(
      /It looks like this: the bias correction 1 - beta2\^t is left out \(this reproduces all \d+ elements of \d+ scenarios, adam\/pytorch does not\)\./,
    )
    expect(out).toContain('was  bc2 = 1 - beta2^t\n')
    expect(out).toContain('now  bc2 = 1\n')
    expect(flat(out)).toContain(`Next: mend it, then lockstep verify ${path} --rule adam/pytorch`)
  })

  test('of an optimizer that is right says that there is nothing to diagnose, and ends with 0', async () => {
    const { code, out } = await lockstep(['diagnose', example('good-adam.ts'), '--rule', 'adam/pytorch'])
    expect(code).toBe(0)
    expect(out).toContain('It conforms to adam/pytorch: there is nothing to diagnose.')
  })

  test('gives another publication, and how to hold it to that', async () => {
    const cwd = stepping(`
      const { lr, beta1, beta2, eps } = hyper
      this.x ??= x0.slice(); this.m ??= x0.map(() => 0); this.v ??= x0.map(() => 0); this.t = (this.t ?? 0) + 1
      for (const i of this.x.keys()) {
        this.m[i] = beta1 * this.m[i] + (1 - beta1) * g[i]
        this.v[i] = beta2 * this.v[i] + (1 - beta2) * g[i] ** 2
        this.x[i] -= lr * this.m[i] / (1 - beta1 ** this.t) / Math.sqrt(this.v[i] / (1 - beta2 ** this.t) + eps)
      }
      return this.x`)
    const { code, out } = await lockstep(['diagnose', './mine.mjs', '--rule', 'adam/kingma-ba', '--limit', '600'], {
      cwd,
    })
    expect(code).toBe(1)
    expect(flat(out)).toContain(
      'It looks like this: it is the formula of adam/lecture: epsilon is added inside the square root',
    )
    expect(flat(out)).toContain('Or, if that is what is meant: lockstep verify ./mine.mjs --rule adam/lecture')
  })

  test('gives one document with --json', async () => {
    const cwd = stepping('return (this.x = (this.x ?? x0).map((x, i) => x + hyper.lr * g[i]))')
    const { code, out } = await lockstep(['diagnose', './mine.mjs', '--rule', 'sgd/lecture', '--json'], { cwd })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      schema: 'lockstep/diagnosis/1',
      subject: 'mine',
      rule: 'sgd/lecture',
      fails: expect.arrayContaining(['formula']),
      diagnosis: {
        kind: 'edit',
        explanation: 'lr * g is added instead of subtracted',
        edits: [{ was: 'x = x - lr * g', now: 'x = x + lr * g' }],
        explained: 1,
      },
    })
  })

  test('says so where nothing explains it', async () => {
    const cwd = stepping(
      'this.x = (this.x ?? x0).map((x, i) => x - Math.sin(1e6 * x) - hyper.lr * Math.cos(g[i])); return this.x',
    )
    const { code, out } = await lockstep(['diagnose', './mine.mjs', '--rule', 'sgd/lecture', '--limit', '600'], { cwd })
    expect(code).toBe(1)
    expect(flat(out)).toMatch(
      /x goes wrong in .* elements .* No formula was found that does so: none of the [\d,]+ variants .* It shows first here: sgd\/lecture, step 1/,
    )
  })

  test('says what each contract that fails has found, beside the formula', async () => {
    const cwd = stepping('this.x = (this.x ?? x0).map((x, i) => x - hyper.lr * g[i]); g.fill(0); return this.x')
    const { code, out } = await lockstep(['diagnose', './mine.mjs', '--rule', 'sgd/lecture'], { cwd })
    expect(code).toBe(1)
    expect(out).toMatch(/^ {2}gradients are left alone: \S/m)
  })

  test('cannot decide of one that throws, and ends with 3', async () => {
    const cwd = stepping('throw new Error("not today")')
    const { code, out } = await lockstep(['diagnose', './mine.mjs', '--rule', 'sgd/lecture'], { cwd })
    expect(code).toBe(3)
    expect(flat(out)).toMatch(/It could not be decided whether it deviates: .*not today/)
  })

  test.each([
    [['diagnose', './mine.mjs'], '--rule'],
    [['diagnose', './mine.mjs', '--rule', 'sgd/lectre'], 'Did you mean sgd/lecture'],
    [['diagnose', './mine.mjs', '--rule', 'adadelta/lecture'], 'wrong as printed'],
    [['diagnose', './no.mjs', '--rule', 'sgd/lecture'], "There is no file './no.mjs'"],
  ])('wrong usage ends with 2: %j', async (args, words) => {
    const { code, err } = await lockstep(args, { cwd: stepping('return x0') })
    expect(code).toBe(2)
    expect(err).toContain(words)
  })
})

describe('lockstep verify', () => {
  const asked = ['verify', './mine.mjs', '--rule', 'sgd/lecture', '--check', 'formula']
  const uphill = () => ({ cwd: stepping('return (this.x = (this.x ?? x0).map((x, i) => x + hyper.lr * g[i]))') })

  test('shows the diagnosis under a failure', async () => {
    const { code, out } = await lockstep(asked, uphill())
    expect(code).toBe(1)
    expect(out).toContain('It looks like this: lr * g is added instead of subtracted')
  })

  test('leaves it out with --no-diagnose', async () => {
    const { code, out } = await lockstep([...asked, '--no-diagnose'], uphill())
    expect(code).toBe(1)
    expect(out).not.toContain('It looks like')
  })
})
