import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ended, example, goldens, lockstep, lockstepProcess, started, workplace } from './command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')
const formula = ['--rule', 'adam/pytorch', '--check', 'formula']

/** A directory with one module in it. */
function withModule(body: string): string {
  const cwd = workplace()
  writeFileSync(join(cwd, 'mine.mjs'), body)
  return cwd
}

const stepping = (body: string): string => withModule(`export default (hyper, x0) => ({ step(g) { ${body} } })`)

describe('an optimizer of one’s own', () => {
  test('that is right ends with 0', async () => {
    const { code, out } = await lockstep(['verify', example('good-adam.ts'), ...formula])
    expect(code).toBe(0)
    expect(flat(out)).toMatch(/good-adam against adam\/pytorch .*formula within bound/)
  })

  test('in JavaScript may import TypeScript, and leave out endings', async () => {
    const cwd = withModule("export { default } from './adam'")
    cpSync(example('good-adam.ts'), join(cwd, 'adam.ts'))
    expect((await lockstep(['verify', './mine.mjs', ...formula], { cwd })).code).toBe(0)
  })

  test('that is wrong ends with 1, and says so to a student', async () => {
    const { code, out, err } = await lockstep(['verify', example('broken-adam.ts'), ...formula])
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(flat(out)).toMatch(
      /adam\/pytorch, step 1, parameter a\[0\]: x is -0.03\d+ but the formula gives -0.00\d+ \(allowed -0.00\d+\.\.-0.00\d+\), [\d.e,]+ ulps away\./,
    )
    expect(flat(out)).toMatch(
      /smallest scenario that shows it \(float64\): with lr = 0.001, .* start a = \[0\] gradient 1 a = \[0.001\]/,
    )
  })

  test('its failing scenario is kept, and replay shows where the two part', async () => {
    const cwd = workplace()
    cpSync(example('broken-adam.ts'), join(cwd, 'broken-adam.ts'))
    const { out } = await lockstep(['verify', './broken-adam.ts', ...formula], { cwd })
    const [, path] = /lockstep replay (\S+\.json)/.exec(out)!
    const replayed = await lockstep(['replay', path!], { cwd })
    expect(replayed.code).toBe(1)
    expect(flat(replayed.out)).toMatch(/broken-adam beside adam\/pytorch.*step 1.*exp_avg_sq.*x .*✗ [\d.e,]+ ulps/)
    const right = await lockstep(['replay', path!, '--subject', example('good-adam.ts'), '--json'], { cwd })
    expect(right.code).toBe(0)
    expect(JSON.parse(right.out).steps).toHaveLength(1)
    const other = await lockstep(['replay', path!, '--subject', 'adam/keras', '--meaning', 'exact'], { cwd })
    expect(other).toMatchObject({ code: 1, err: '' })
  })

  test('with --no-save nothing is kept; where nothing can be kept, a note says so', async () => {
    const cwd = workplace()
    await lockstep(['verify', example('broken-adam.ts'), ...formula, '--no-save'], { cwd })
    expect(readdirSync(cwd)).toEqual([])
    writeFileSync(join(cwd, '.lockstep'), '')
    const { code, err, out } = await lockstep(['verify', example('broken-adam.ts'), ...formula], { cwd })
    expect(code).toBe(1)
    expect(err).toContain('could not be kept')
    expect(out).toContain(`lockstep verify ${example('broken-adam.ts')} --rule adam/pytorch --check formula`)
  })

  test('can be held to a rule of one’s own, from a file, and replayed', async () => {
    const cwd = stepping('return x0.map((x, i) => (x0[i] = x - 2 * hyper.rate * g[i]))')
    writeFileSync(
      join(cwd, 'slow.rule.yaml'),
      'hyper: { rate: { default: 0.25, domain: "[0, inf)" } }\nstep: x = x - rate * g\n',
    )
    const { code, out } = await lockstep(['verify', 'mine.mjs', '--rule', 'slow.rule.yaml', '--check', 'formula'], {
      cwd,
    })
    expect(code).toBe(1)
    const [, path] = /lockstep replay (\S+\.json)/.exec(out)!
    expect((await lockstep(['replay', path!], { cwd })).code).toBe(1)
  })

  test('that has the name of a framework is not excused by what is on record of the framework', async () => {
    const cwd = workplace()
    const descent = 'return { step: g => x0.map((x, i) => (x0[i] = x - hyper.lr * g[i])) }'
    writeFileSync(join(cwd, 'tfjs.mjs'), `export default (hyper, x0) => { ${descent} }`)
    const { code, out } = await lockstep(
      ['verify', './tfjs.mjs', '--rule', 'adadelta/tfjs', '--check', 'formula', '--json'],
      { cwd },
    )
    expect({ code, known: JSON.parse(out).summary.known }).toEqual({ code: 1, known: 0 })
    expect(JSON.parse(out).subjects[0].name).toBe('./tfjs.mjs')
  })

  test('whose state has names of its own is right all the same, and what was not checked is said', async () => {
    const cwd = workplace()
    const step = 'G[i] += g[i] * g[i], (x0[i] = x - (hyper.lr * g[i]) / (Math.sqrt(G[i]) + hyper.eps))'
    const body = `const G = x0.map(() => hyper.initial_accumulator_value); return { state: () => ({ squares: G }), step: g => x0.map((x, i) => (${step})) }`
    writeFileSync(join(cwd, 'mine.mjs'), `export default (hyper, x0) => { ${body} }`)
    const held = ['--hyper', 'weight_decay=0', '--hyper', 'lr_decay=0', '--hyper', 'maximize=false']
    const options = [
      '--rule',
      'adagrad/pytorch',
      '--check',
      'squares are nonnegative',
      '--check',
      'permutation',
      '--json',
    ]
    const { code, out } = await lockstep(['verify', './mine.mjs', ...options, ...held], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(out).results.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['skip', 'pass'])
    expect(out).toContain('does not show')
  })

  test('can be held to a rule of one’s own that is named like a family, without that family’s claims', async () => {
    const cwd = workplace()
    const step =
      'v[i] = hyper.beta2 * v[i] + (1 - hyper.beta2) * (g[i] * g[i]), (x0[i] = x - (hyper.lr * g[i]) / (Math.sqrt(v[i]) + hyper.eps))'
    const body = `const v = x0.map(() => 0); return { step: g => x0.map((x, i) => (${step})) }`
    writeFileSync(join(cwd, 'mine.mjs'), `export default (hyper, x0) => { ${body} }`)
    const rule = `hyper: { lr: { default: 0.001 }, beta1: { default: 0.9 }, beta2: { default: 0.999, domain: "[0, 1)" }, eps: { default: 1e-8 } }
state: { v: 0 }
step: |
  v = beta2 * v + (1 - beta2) * g^2
  x = x - lr * g / (sqrt(v) + eps)
`
    writeFileSync(join(cwd, 'adam.rule.yaml'), rule.replace('beta1: { default: 0.9 }, ', ''))
    const { code, out } = await lockstep(['verify', './mine.mjs', '--rule', 'adam.rule.yaml'], { cwd })
    expect(out).not.toContain('step is bounded')
    expect(code).toBe(0)
  })

  test('hyper-parameters that are held are the ones in the scenario', async () => {
    const { out } = await lockstep([
      'verify',
      example('broken-adam.ts'),
      ...formula,
      '--hyper',
      'lr=0.5',
      '--hyper',
      'maximize=true',
    ])
    expect(flat(out)).toMatch(/lr = 0.5, .*maximize = true/)
  })
})

describe('a guest that misbehaves is undecided, with the reason, and the others go on', () => {
  test.each([
    ['a wrong length', 'return new Float64Array(x0.length + 1)', /length 2|of 1 number|numbers/],
    ['something that throws', 'throw new Error("no such luck")', /no such luck/],
    ['no array at all', 'return "fast"', /Float64Array/],
  ])('%s', async (_, body, words) => {
    const { code, out } = await lockstep(['verify', 'mine.mjs', 'tfjs', '--rule', 'adam', '--check', 'formula'], {
      cwd: stepping(body),
    })
    expect(code).toBe(3)
    expect(flat(out)).toMatch(words)
    expect(flat(out)).toMatch(/adam \? undecided . (within bound|bit-exact)/)
  })

  test('NaN where the formula is finite is a deviation', async () => {
    const { code, out } = await lockstep(['verify', 'mine.mjs', ...formula], {
      cwd: stepping('return x0.map(() => NaN)'),
    })
    expect(code).toBe(1)
    expect(flat(out)).toContain('x is NaN but the formula gives')
  })

  test('a module that cannot be loaded', async () => {
    const { code, out, err } = await lockstep(['verify', 'mine.mjs', ...formula], {
      cwd: withModule('export default 3'),
    })
    expect(code).toBe(3)
    expect(flat(out + err)).toContain('Expected a function')
    expect(err).not.toContain('is a bug')
  })
})

describe('goldens', () => {
  function truncated(): string {
    const directory = join(workplace(), 'golden')
    mkdirSync(join(directory, 'pytorch-ieee'), { recursive: true })
    for (const name of ['manifest.json', 'gradients.json']) cpSync(join(goldens, name), join(directory, name))
    writeFileSync(
      join(directory, 'pytorch-ieee/sgd.json'),
      readFileSync(join(goldens, 'pytorch-ieee/sgd.json')).subarray(0, 5000),
    )
    return directory
  }

  test('one that was cut off is named, and nothing is concluded from it', async () => {
    const env = { LOCKSTEP_GOLDEN: truncated() }
    const verified = await lockstep(['verify', 'pytorch:ieee', '--rule', 'sgd'], { env })
    expect(verified.code).toBe(3)
    expect(flat(verified.err + verified.out)).toMatch(/sgd\.json.*changed or cut off.*Restore/)
    const checked = await lockstepProcess(['golden', 'check'], { env })
    expect(checked.code).toBe(1)
    expect(flat(checked.out)).toMatch(/hashes.*pytorch-ieee\/sgd\.json.*Restore/)
  })

  test('the recording on IEEE arithmetic is bit-exact', async () => {
    const { code, out } = await lockstep(['verify', 'pytorch:ieee', '--rule', 'sgd', '--check', 'golden', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out).results).toEqual(
      expect.arrayContaining([expect.objectContaining({ check: 'golden', verdict: 'pass', grade: 'bit-exact' })]),
    )
  })
})

describe('Python', () => {
  test('where there is none, the command that gets it is shown', async () => {
    const { code, err } = await lockstep(['verify', 'pytorch:live', '--rule', 'sgd'], {
      env: { PATH: workplace(), VIRTUAL_ENV: '' },
    })
    expect(code).toBe(3)
    expect(err).toMatch(/pytorch:live is not here: no Python was found.*pip install torch/)
  })

  test('one without torch is named, with the command that installs it', async () => {
    const fake = join(workplace(), 'python')
    writeFileSync(fake, '#!/bin/sh\necho \'{"version":"3.12.1","packages":{}}\'\n')
    chmodSync(fake, 0o755)
    const { code, err } = await lockstep(['verify', 'pytorch:live', '--rule', 'sgd', '--python', fake])
    expect(code).toBe(3)
    expect(err).toContain(`${fake} (Python 3.12.1) has no torch`)
  })
})

describe('output', () => {
  const quick = ['verify', 'tfjs', '--rule', 'sgd', '--check', 'formula']

  test('into a pipe has no escapes and no progress bar; FORCE_COLOR brings colours', async () => {
    const { out, err } = await lockstep(quick)
    expect(out).not.toContain('\u001b')
    expect(err).toBe('')
    expect((await lockstep(quick, { env: { FORCE_COLOR: '1' } })).out).toContain('\u001b[')
  })

  test('on a dumb terminal is ASCII', async () => {
    expect((await lockstep(quick, { env: { TERM: 'dumb' } })).out).not.toMatch(/\P{ASCII}/u)
  })

  test('goes into a file whole, and standard output stays empty', async () => {
    const cwd = workplace()
    const { code, out } = await lockstep([...quick, '--json', '--output', 'report.json'], { cwd })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))
    expect(report.summary).toMatchObject({ fail: 0, unknown: 0 })
    expect(report.versions).toMatchObject({ node: process.versions.node })
    expect(readdirSync(cwd)).toEqual(['report.json'])
  })

  test('the seed is that of the option, and --explore draws and tells one', async () => {
    const seed = async (...more: string[]): Promise<number> =>
      JSON.parse((await lockstep([...quick, '--json', ...more])).out).seed
    expect(await seed('--seed', '42')).toBe(42)
    expect(await seed()).toBe(await seed())
    expect(await seed('--explore')).not.toBe(await seed())
  })
})

describe('known deviations', () => {
  const known = { subject: 'mine', rule: 'adam/pytorch', checks: ['formula'], reason: 'we know' }

  test('are shown, and do not fail the run', async () => {
    const cwd = stepping('return x0.map(() => 7)')
    writeFileSync(join(cwd, 'known.json'), JSON.stringify([known]))
    const { code, out } = await lockstep(['verify', 'mine.mjs', ...formula, '--deviations', 'known.json'], { cwd })
    expect(code).toBe(0)
    expect(flat(out)).toContain('known deviation: we know')
  })

  test('a check that no rule has is refused, with the nearest name', async () => {
    const cwd = workplace()
    const slip = { subject: 'tfjs', rule: 'adam/tfjs', checks: ['formulaa'], reason: 'a slip' }
    writeFileSync(join(cwd, 'known.json'), JSON.stringify([slip]))
    const { code, err } = await lockstep(['verify', 'tfjs', '--rule', 'adam', '--deviations', 'known.json'], { cwd })
    expect(code).toBe(2)
    expect(err).toContain("There is no check 'formulaa'. Did you mean formula?")
  })

  test('a list that is none is refused with the place', async () => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'known.json'), JSON.stringify([{ ...known, reason: 7 }]))
    const { code, err } = await lockstep(['verify', 'tfjs', '--deviations', 'known.json'], { cwd })
    expect(code).toBe(2)
    expect(err).toContain('0.reason')
  })
})

test('Ctrl-C ends a run with 130 and says what was done until then', async () => {
  const cwd = stepping('return x0')
  const child = started(['verify', 'tfjs', '--no-save'], { cwd })
  let err = ''
  child.stderr.on('data', chunk => (err += chunk))
  setTimeout(() => child.kill('SIGINT'), 2500)
  expect(await ended(child)).toBe(130)
  expect(err).toMatch(/^Stopped\. Until then \d+ checks? were done/)
  expect(existsSync(join(cwd, '.lockstep'))).toBe(false)
})
