import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findPython } from '../../src/guests/find-python.ts'
import { example, lockstep, workplace } from './command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')
const python = process.env.LOCKSTEP_PYTHON
const found = await findPython({ ...(python && { python }) }).catch(() => undefined)
const formula = ['--rule', 'adam/kingma-ba', '--check', 'formula', ...(found ? ['--python', found.python] : [])]

const noTorch = found?.packages.torch ? false : 'skipped: no Python with torch was found; set LOCKSTEP_PYTHON'
describe.skipIf(noTorch)(
  `a PyTorch optimizer of one’s own${noTorch ? ` (${noTorch})` : ''}`,
  { timeout: 120_000 },
  () => {
    test('that is right ends with 0', async () => {
      const { code, out } = await lockstep(['verify', `${example('good_adam.py')}:GoodAdam`, ...formula])
      expect(code).toBe(0)
      expect(flat(out)).toMatch(/GoodAdam against adam\/kingma-ba .*Names: m is exp_avg, v is exp_avg_sq\./)
    })

    test('with epsilon inside the root ends with 1, shows where it is wrong, and is replayed', async () => {
      const cwd = workplace()
      cpSync(example('broken_adam.py'), join(cwd, 'broken_adam.py'))
      const { code, out } = await lockstep(['verify', 'broken_adam.py:BrokenAdam', ...formula], { cwd })
      expect(code).toBe(1)
      expect(flat(out)).toMatch(
        /adam\/kingma-ba, step 1, parameter a\[0\]: x is -?0\.00099\d+ but the formula gives -?0\.00099999 \(allowed .*\), [\d.e,]+ ulps away\..*start a = \[0\] gradient 1 a = \[-?0\.001\]/,
      )
      const [, path] = /lockstep replay (\S+\.json)/.exec(out)!
      expect(JSON.parse(readFileSync(join(cwd, path!), 'utf8')).subject).toBe('broken_adam.py:BrokenAdam')
      const replayed = await lockstep(['replay', path!, '--python', found!.python], { cwd })
      expect(replayed.code).toBe(1)
      expect(flat(replayed.out)).toMatch(/BrokenAdam beside adam\/kingma-ba.* m .*✓.* v .*✓.* x .*✗/)
    })
  },
)

const noNumpy = found?.packages.numpy ? false : 'skipped: no Python with numpy was found; set LOCKSTEP_PYTHON'
describe.skipIf(noNumpy)(`a NumPy optimizer of one’s own${noNumpy ? ` (${noNumpy})` : ''}`, { timeout: 60_000 }, () => {
  const numpy = (name: string) => [`${example('numpy_adam.py')}${name}`, ...formula]

  test('that is right is right to the bit; without bias correction it is not', async () => {
    const right = await lockstep(['verify', ...numpy(':Adam')])
    expect(right).toMatchObject({ code: 0, out: expect.stringMatching(/formula\s+bit-exact/) })
    const wrong = await lockstep(['verify', ...numpy(':WithoutCorrection')])
    expect(wrong.code).toBe(1)
    expect(flat(wrong.out)).toMatch(/step 1, parameter a\[0\]: x is -0\.03161 but the formula gives -0\.00099999/)
  })

  test('options that it does not have may be held, and what is held is believed', async () => {
    const held = [
      '--rule',
      'adam/pytorch',
      '--hyper',
      'weight_decay=0.1',
      '--check',
      'formula',
      '--python',
      found!.python,
    ]
    const { code, out } = await lockstep(['verify', `${example('numpy_adam.py')}:Adam`, ...held])
    expect(code).toBe(1)
    expect(flat(out)).toContain(
      'Not taken, so checked at one value only: weight_decay = 0.1, amsgrad = false, maximize = false.',
    )
  })

  test.each([
    ['a name that is not in it', ':Adm', 2, /there is no Adm in it\. Did you mean Adam\?/],
    ['no name where there are several', '', 2, /it has 2 candidates: Adam, WithoutCorrection/],
  ])('%s is wrong usage', async (_, name, code, words) => {
    const outcome = await lockstep(['verify', ...numpy(name)])
    expect(outcome).toMatchObject({ code, out: '', err: expect.stringMatching(words) })
  })

  test('a file that breaks when it is imported is undecided, with its traceback', async () => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'broken.py'), 'import numpy\nx = 1 / 0\n')
    const { code, out } = await lockstep(['verify', 'broken.py', ...formula], { cwd })
    expect(code).toBe(3)
    expect(out).toMatch(/ZeroDivisionError: division by zero\n\s+Traceback:[\s\S]*broken\.py", line 2/)
  })
})

describe('a Python file', () => {
  test('that does not exist is wrong usage', async () => {
    const { code, err } = await lockstep(['verify', 'nowhere.py:Adam', '--rule', 'adam'])
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/There is no file 'nowhere\.py'[\s\S]*my_opt\.py:MyAdam/),
    })
  })

  test('needs a rule', async () => {
    const { code, err } = await lockstep(['verify', example('good_adam.py')])
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/Which formula should .*good_adam\.py follow\?/),
    })
  })

  test('whose framework is not there is told how to get it', async () => {
    const cwd = workplace()
    const bare = join(cwd, 'python')
    writeFileSync(bare, `#!/bin/sh\necho '{"version": "3.13.5", "packages": {}}'\n`)
    chmodSync(bare, 0o755)
    const { code, err } = await lockstep(['verify', example('good_adam.py'), '--rule', 'adam', '--python', bare])
    expect({ code, err }).toEqual({
      code: 3,
      err: expect.stringMatching(
        /imports torch, which .*python \(Python 3\.13\.5\) does not have\. Get it with `.*pip install torch==.*lockstep setup frameworks/,
      ),
    })
  })
})

describe('a command', () => {
  const guest = (mode: string) => `"${process.execPath}" spec/guests/fixtures/guest.mjs ${mode}`
  const cwd = process.cwd()

  test('that speaks the protocol is a subject', async () => {
    const args = ['verify', '--command', guest('good'), '--rule', 'sgd/pytorch', '--check', 'formula', '--no-save']
    const { code, out } = await lockstep(args, { cwd })
    expect({ code, out: flat(out) }).toEqual({
      code: 0,
      out: expect.stringMatching(/fixture against sgd\/pytorch .*formula bit-exact/),
    })
  })

  test('that does not is undecided, with what it said', async () => {
    const args = ['verify', '--command', guest('garbage'), '--rule', 'sgd/pytorch', '--check', 'formula', '--no-save']
    const { code, out } = await lockstep(args, { cwd })
    expect({ code, out: flat(out) }).toEqual({ code: 3, out: expect.stringContaining('Hello, I am a print statement') })
  })

  test.each([
    [['--command', './no-such-program'], 3, /no-such-program cannot be started/],
    [['--command', `./a 'b`], 2, /a quote ' is not closed/],
    [['--command', ''], 2, /--command names no program/],
  ])('%j is told what is wrong', async (args, code, words) => {
    const outcome = await lockstep(['verify', ...args, '--rule', 'sgd'])
    expect({ code: outcome.code, err: outcome.err }).toEqual({ code, err: expect.stringMatching(words) })
  })

  test('is held to --timeout', async () => {
    const options = ['--rule', 'sgd/pytorch', '--check', 'formula', '--timeout', '0.5', '--no-save']
    const { code, out } = await lockstep(['verify', '--command', guest('hang@steps'), ...options], { cwd })
    expect({ code, out: flat(out) }).toEqual({
      code: 3,
      out: expect.stringContaining('did not answer `steps` within 0.5 s and was ended'),
    })
  })

  test('is replayed with the very command', async () => {
    const cwd = workplace()
    const text = readFileSync('spec/guests/fixtures/guest.mjs', 'utf8')
    writeFileSync(join(cwd, 'my guest.mjs'), text.replace("'sgd/pytorch'", "'*'"))
    writeFileSync(
      join(cwd, 'twice.rule.yaml'),
      'hyper: { lr: { default: 0.25, domain: "[0, inf)" } }\nstep: x = x - 2 * lr * g\n',
    )
    const command = `"${process.execPath}" 'my guest.mjs' any`
    const { code, out } = await lockstep(
      ['verify', '--command', command, '--rule', 'twice.rule.yaml', '--check', 'formula'],
      { cwd },
    )
    expect(code).toBe(1)
    const [, path] = /lockstep replay (\S+\.json)/.exec(out)!
    expect((await lockstep(['replay', path!], { cwd })).code).toBe(1)
  })
})
