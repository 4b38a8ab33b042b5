import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { families } from '../../src/rules/table.ts'
import { cli, example, lockstep, lockstepProcess, type Outcome, workplace } from './command.ts'

/** Text as one line, whatever the width broke. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('help', () => {
  test.each([['verify'], ['replay'], ['rules'], ['diff'], ['golden', 'check'], ['golden', 'generate'], ['doctor']])(
    '%s %s has an example',
    async (...command) => {
      const { code, out } = await lockstep([...command.filter(word => word !== undefined), '--help'])
      expect(code).toBe(0)
      expect(out).toMatch(/Examples?:\n +\$ lockstep/)
    },
  )

  test('without a command the help is shown, and the exit code is not that of a success', async () => {
    const { code, out } = await lockstep([])
    expect(code).toBe(2)
    expect(out).toContain('lockstep verify')
  })
})

describe('a process of its own says and ends as the same command within this process does', () => {
  const trace = fileURLToPath(new URL('../guests/fixtures/traces/adamw.jsonl', import.meta.url))
  const scenario = {
    name: 'unit',
    rule: 'sgd/lecture',
    format: 'float64',
    groups: [{ hyper: { lr: 1 }, params: [{ name: 'a', value: '3ff0000000000000' }] }],
    steps: 1,
    gradients: [['3ff0000000000000']],
  }
  function project(): string {
    const cwd = workplace()
    writeFileSync(join(cwd, 'mine.mjs'), 'export default (hyper, x0) => ({ step: () => x0 })')
    writeFileSync(join(cwd, 'scenario.json'), JSON.stringify(scenario))
    return cwd
  }

  /** Neither how long it took nor where the other one ran. */
  const timeless = ({ code, out, err }: Outcome) => ({
    code,
    out: out.replaceAll(/\d+(\.\d+)? m?s\b/g, 'a while'),
    err,
  })

  test.each([
    [0, ['verify', 'tfjs', '--rule', 'sgd', '--check', 'permutation', '--check', 'formula']],
    [1, ['verify', './mine.mjs', '--rule', 'sgd/lecture', '--check', 'formula']],
    [3, ['verify', './mine.mjs', '--rule', 'sgd/lecture', '--check', 'golden']],
    [1, ['replay', 'scenario.json', '--subject', './mine.mjs']],
    [0, ['check', trace, '--rule', 'adamw/pytorch']],
    [0, ['rules', 'adam/kingma-ba']],
    [2, ['report', 'pytorch:ieee', '--out', 'mine.mjs/here']],
    [2, ['setup', 'frameworks', '--only', 'numpi']],
    [2, ['verfy']],
    [0, ['--version']],
  ])('%i: %j', async (code, args) => {
    const own = await lockstepProcess(args, { cwd: project() })
    expect(own.code).toBe(code)
    expect(timeless(await lockstep(args, { cwd: project() }))).toEqual(timeless(own))
  })

  test('and leaves no handler of signals and no child behind', async () => {
    const cwd = project()
    const handlers = () => ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map(each => process.listenerCount(each))
    const before = handlers()
    await lockstep(['verify', './mine.mjs', '--rule', 'sgd/lecture', '--check', 'formula'], { cwd })
    await expect.poll(handlers).toEqual(before)
  })
})

describe('what every command begins with', () => {
  /** A file of the bundle and all that is loaded with it. */
  function loaded(name: string, known = new Set<string>()): Set<string> {
    if (known.has(name)) return known
    known.add(name)
    for (const [, next] of readFileSync(join(dirname(cli), name), 'utf8').matchAll(
      /^(?:import|\} from) ?"\.\/(\S+)";$/gm,
    ))
      loaded(next!, known)
    return known
  }

  test('is its options and the names of rules and reporters: no parser, no checks, no numbers of 64 digits', () => {
    const text = [...loaded('cli.js')].map(name => readFileSync(join(dirname(cli), name), 'utf8')).join('')
    expect(text).toContain('verify')
    for (const library of ['mathjs', 'decimal.js', 'fast-check', 'valibot', 'yaml'])
      expect(text, library).not.toContain(`node_modules/${library}/`)
    expect(text).not.toContain('// src/checks/')
  })
})

describe('wrong usage ends with 2, the nearest name, and no stack', () => {
  test.each([
    [['verfy'], 'Did you mean verify?'],
    [['verify', '--rulez', 'adam'], 'Did you mean --rule?'],
    [['verify', 'pytorhc'], 'Did you mean pytorch'],
    [['verify', 'tfjs', '--rule', 'adma/tfjs'], 'Did you mean adam/tfjs'],
    [['verify', 'tfjs', '--rule', 'adam', '--check', 'formular'], 'Did you mean formula?'],
    [['rules', 'adam/pytroch'], 'Did you mean adam/pytorch'],
    [['verify', 'tfjs', '--rule', 'adam', '--hyper', 'beta3=1'], 'Did you mean beta1 or beta2?'],
    [['verify', 'tfjs', '--rule', 'adam', '--hyper', 'beta1=1.5'], 'beta1 = 1.5 is outside its domain [0, 1)'],
    [['verify', 'tfjs', '--hyper', 'lr'], 'name=value'],
    [['verify', 'tfjs', '--seed', '-3'], 'whole number'],
    [['verify', './missing.ts', '--rule', 'adam/pytorch'], "There is no file './missing.ts'"],
    [['verify', 'tfjs', '--rule', './missing.rule.yaml'], "There is no file './missing.rule.yaml'"],
    [['verify', 'tfjs', '--rule', 'adadelta/lecture'], 'wrong as printed'],
    [['replay', 'missing.json'], "There is no file 'missing.json'"],
    [['verify', 'tfjs', '--deviations', 'missing.json'], "There is no file 'missing.json'"],
    [['rules', '--latex'], 'lockstep rules adam/pytorch --latex'],
  ])('%j', async (args, words) => {
    const { code, out, err } = await lockstep(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(words)
    expect(err).not.toMatch(/\n +at |is a bug/)
  })

  test('a module without a rule is asked for one, with an example', async () => {
    const { code, err } = await lockstep(['verify', example('good-adam.ts')])
    expect(code).toBe(2)
    expect(err).toContain('--rule adam/pytorch')
  })

  test('an output that cannot be written is refused before the run, and nothing is left', async () => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'file'), '')
    mkdirSync(join(cwd, 'folder'))
    for (const [path, why] of [
      ['nowhere/report.json', 'does not exist'],
      ['file/report.json', 'part of the path is a file'],
      ['folder', 'is a directory'],
      ['/proc/report.json', 'Cannot write'],
    ] as const) {
      const { code, err } = await lockstep(['verify', 'tfjs', '--output', path], { cwd })
      expect(code).toBe(2)
      expect(err).toContain(why)
    }
    expect(readdirSync(cwd).sort()).toEqual(['file', 'folder'])
  })
})

describe('rules', () => {
  test('lists every family, also into a pipe that is closed at once', async () => {
    const { code, out } = await lockstep(['rules'])
    expect(code).toBe(0)
    for (const { id } of families) expect(out).toContain(`  ${id} `)
    const piped = spawn('sh', ['-c', `"${process.execPath}" "${cli}" rules | head -1`])
    let err = ''
    piped.stderr.on('data', chunk => (err += chunk))
    await new Promise(done => piped.on('close', done))
    expect(err).toBe('')
  })

  test('shows source, formula, hyper-parameters with domains, state, closed forms', async () => {
    const { out } = await lockstep(['rules', 'adam/pytorch'])
    for (const words of [
      'torch.optim.Adam',
      'denom     = sqrt(amsgrad ? vmax : v) / sqrt(bc2) + eps',
      '[0, 1)',
      'exp_avg_sq',
      'Closed forms',
    ])
      expect(out).toContain(words)
  })

  test('says of an erratum what is printed, what is correct, and why', async () => {
    const { code, out } = await lockstep(['rules', 'adadelta/lecture'])
    expect(code).toBe(0)
    expect(flat(out)).toMatch(/Wrong as printed.*printed: .*correct: .*adadelta\/zeiler/)
  })

  test('gives JSON and LaTeX', async () => {
    const { out: json } = await lockstep(['rules', 'adam/lecture', '--json'])
    expect(JSON.parse(json)).toMatchObject({ id: 'adam/lecture', hyper: { beta1: { default: 0.9, domain: '[0, 1)' } } })
    const { out: latex } = await lockstep(['rules', 'adam/lecture', '--latex'])
    expect(latex).toMatch(/^\\begin\{aligned\}[\s\S]*\\end\{aligned\}\n$/)
    expect(JSON.parse((await lockstep(['rules', '--json'])).out)).toHaveLength(families.length)
  })

  test('is a linter for rule files: a good one is shown, a bad one is marked where it is wrong', async () => {
    const cwd = workplace()
    const rule = (step: string) => `hyper: { lr: { default: 0.1 } }\nstep: |\n  ${step}\n`
    writeFileSync(join(cwd, 'mine.rule.yaml'), rule('x = x - lr * g'))
    writeFileSync(join(cwd, 'bad.rule.yaml'), rule('x = x - lr * gg'))
    writeFileSync(join(cwd, 'mine.ts'), `export default { hyper: { lr: { default: '0.1' } }, step: 'x = x - lr * g' }`)
    for (const file of ['mine.rule.yaml', 'mine.ts']) {
      const { code, out } = await lockstep(['rules', file], { cwd })
      expect(code).toBe(0)
      expect(out).toContain('x = x - lr * g')
    }
    const { code, err } = await lockstep(['rules', 'bad.rule.yaml'], { cwd })
    expect(code).toBe(2)
    expect(err).toMatch(/x = x - lr \* gg\n +\^/)
  })
})

test('a rule file that cannot be read is wrong usage, not a bug', async () => {
  const cwd = workplace()
  mkdirSync(join(cwd, 'mine.rule.yaml'))
  const { code, err } = await lockstep(['rules', 'mine.rule.yaml'], { cwd })
  expect(code).toBe(2)
  expect(err).toContain('mine.rule.yaml cannot be read')
})

test('an output that is a link is written through', async () => {
  const cwd = workplace()
  writeFileSync(join(cwd, 'real.json'), '')
  symlinkSync('real.json', join(cwd, 'link.json'))
  const options = ['--rule', 'sgd', '--check', 'permutation', '--json', '--output', 'link.json']
  expect((await lockstep(['verify', 'tfjs', ...options], { cwd })).code).toBe(0)
  expect(JSON.parse(readFileSync(join(cwd, 'real.json'), 'utf8')).results.length).toBeGreaterThan(0)
})

test.skipIf(!existsSync('/dev/full'))('a full disk is told, and is no verdict', async () => {
  const full = openSync('/dev/full', 'w')
  const child = spawn(process.execPath, [cli, 'rules'], { stdio: ['ignore', full, 'pipe'] })
  let told = ''
  child.stderr?.on('data', chunk => (told += chunk))
  expect(await new Promise(done => child.on('close', done))).toBe(3)
  expect(told).toContain('no space left')
  closeSync(full)
})

describe('a scenario that makes no sense is refused with 2', () => {
  const scenario = {
    name: 'unit',
    rule: 'sgd/lecture',
    format: 'float64',
    groups: [{ hyper: {}, params: [{ name: 'a', value: '3ff0000000000000' }] }],
    steps: 1,
    gradients: [['3ff0000000000000']] as unknown,
  }
  test.each([
    ['no problem of this name', { gradients: { problem: 'quadratik' } }, 'quadratic'],
    ['no bits', { gradients: { problem: 'quadratic', coefficients: ['3f'] } }, 'hexadecimal'],
    ['no group', { changes: [{ step: 1, group: 7, hyper: {} }] }, 'no group 7'],
    ['no parameter', { groups: [{ hyper: {}, params: [] }], gradients: [[]] }, 'no parameter'],
  ])('%s', async (_, wrong, words) => {
    const cwd = workplace()
    writeFileSync(join(cwd, 's.json'), JSON.stringify({ ...scenario, ...wrong }))
    const { code, err } = await lockstep(['replay', 's.json'], { cwd })
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) })
  })
})

describe('doctor', () => {
  test('tells what is here and, for what is not, what it would add and how to get it', async () => {
    const empty = workplace()
    const { code, out } = await lockstep(['doctor'], { env: { PATH: empty, VIRTUAL_ENV: '' } })
    expect(code).toBe(0)
    expect(flat(out)).toMatch(
      /tfjs .*golden pytorch-ieee .*PyTorch 2.*python not here.*torch not here; it would add the subject pytorch:live.*pip install torch/,
    )
    expect(JSON.parse((await lockstep(['doctor', '--json'])).out).schema).toBe('lockstep/doctor/1')
  })

  test('a Python that does not answer is named', async () => {
    const { code, err } = await lockstepProcess(['doctor', '--python', './no-such-python'])
    expect(code).toBe(3)
    expect(err).toContain('no-such-python')
  })
})

test('nothing is left in the directory of a command that only reads', async () => {
  const cwd = workplace()
  await lockstep(['rules', 'adam'], { cwd })
  expect(existsSync(join(cwd, '.lockstep'))).toBe(false)
})
