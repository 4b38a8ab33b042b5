import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { lockstep, type Outcome, workplace } from '../command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** Gradient descent, by a multiple of the rate: one is right. */
const descent = (times: number): string =>
  `export default ({ lr }, x0) => ({ step: g => x0.map((x, i) => (x0[i] = x - ${times} * lr * g[i])) })\n`

/** A project with an optimizer that steps twice as far as it should, and a configuration. */
function project(config: string): string {
  const cwd = workplace()
  writeFileSync(join(cwd, 'mine.mjs'), descent(2))
  writeFileSync(join(cwd, 'lockstep.yaml'), config)
  return cwd
}

const repair = (cwd: string): void => writeFileSync(join(cwd, 'mine.mjs'), descent(1))
const verify = (cwd: string, ...args: string[]): Promise<Outcome> => lockstep(['verify', ...args], { cwd })
const results = async (cwd: string, ...args: string[]) => {
  const { out, err } = await verify(cwd, ...args, '--reporter', 'json')
  expect(out, err).not.toBe('')
  return JSON.parse(out).results as { subject: string; rule: string; check: string; verdict: string; kept?: number }[]
}

describe('lockstep.yaml', () => {
  const config = `
subjects:
  - { subject: ./mine.mjs, name: ours, rules: [sgd/lecture], hyper: { lr: 0.5 } }
  - tfjs
rules: [sgd]
checks: [formula]
`

  test('is what a plain verify does; arguments go before it, and --no-config leaves it out', async () => {
    const cwd = project(config)
    const asked = async (...args: string[]) =>
      (await results(cwd, ...args)).map(({ subject, rule }) => `${subject} ${rule}`)
    expect(await asked()).toEqual(['tfjs sgd/tfjs', 'ours sgd/lecture'])
    expect(await asked('ours')).toEqual(['ours sgd/lecture'])
    expect(await asked('tfjs', '--rule', 'adam')).toEqual(['tfjs adam/tfjs'])
    expect(await asked('--no-config', 'tfjs', '--rule', 'adagrad', '--check', 'permutation')).toEqual([
      'tfjs adagrad/tfjs',
    ])
  })

  test('its names and values hold in commands: verify and replay find the subject', async () => {
    const cwd = project(config)
    const { code, out } = await verify(cwd, 'ours')
    expect(code).toBe(1)
    expect(flat(out)).toContain('with lr = 0.5')
    const [, path] = /lockstep replay (\S+\.json)/.exec(out)!
    const replayed = await lockstep(['replay', path!], { cwd })
    expect({ code: replayed.code, err: replayed.err }).toEqual({ code: 1, err: '' })
    expect(replayed.out).toContain('ours beside sgd/lecture')
  })

  test('may lie elsewhere, and have another name', async () => {
    const cwd = workplace()
    mkdirSync(join(cwd, 'sub'))
    writeFileSync(join(cwd, 'sub', 'mine.mjs'), descent(1))
    writeFileSync(
      join(cwd, 'sub', 'gate.yml'),
      'subjects: [./mine.mjs]\nrules: [sgd/lecture]\nchecks: [formula]\nreporters: [json=r.json]\n',
    )
    expect((await verify(cwd, '--config', 'sub/gate.yml')).code).toBe(0)
    expect(JSON.parse(readFileSync(join(cwd, 'sub', 'r.json'), 'utf8')).results).toHaveLength(1)
    expect((await verify(join(cwd, 'sub'), '--config', 'gate.yml')).code).toBe(0)
  })

  test('asks which formula a module should follow, where neither says', async () => {
    const { code, err } = await verify(project('subjects: [./mine.mjs]\n'))
    expect(code).toBe(2)
    expect(err).toContain('Which formula should ./mine.mjs follow?')
  })
})

describe('a deviation in lockstep.yaml', () => {
  const gate = (more = '', rule = 'sgd/lecture'): string => `
subjects: [./mine.mjs]
rules: [sgd/lecture]
checks: [formula]
deviations:
  - { subject: ./mine.mjs, rule: ${rule}, checks: [formula], reason: we know${more} }
`

  test('is shown and does not fail the run, by path or by name', async () => {
    const { code, out } = await verify(project(gate()))
    expect(code).toBe(0)
    expect(flat(out)).toContain('known deviation: we know')
    expect((await verify(project(gate().replace('{ subject: ./mine.mjs', '{ subject: mine')))).code).toBe(0)
  })

  test('with conditions that hold says which; with others it is left out, with a note, and is not stale', async () => {
    const held = await verify(project(gate(', when: { versions: { node: ">=20" } }')))
    expect(held.code).toBe(0)
    expect(flat(held.out)).toContain('we know (node >=20)')
    const cwd = project(gate(', when: { versions: { node: "<20" } }'))
    const left = await verify(cwd)
    expect(left.code).toBe(1)
    expect(flat(left.out)).toMatch(
      /The deviation at lockstep\.yaml:6:5 \(\.\/mine\.mjs, sgd\/lecture\) is left out: it is about node <20, here is \d+\./,
    )
    repair(cwd)
    expect((await verify(cwd, '--check', 'closed form')).code).toBe(0)
  })

  test('that no subject of the run is about is told', async () => {
    const { code, out } = await verify(project(gate().replace('subject: ./mine.mjs', 'subject: mien')))
    expect(code).toBe(1)
    expect(flat(out)).toContain("was not used: this run has no subject 'mien' under sgd/lecture.")
  })

  test.each([
    [gate('', 'sgd/lectrue'), "deviations[0].rule: There is no rule 'sgd/lectrue'"],
    [gate(', scenario: none.json'), "There is no file 'none.json'"],
    [gate(', scenario: { name: 7 }'), 'deviations[0].scenario is not a scenario'],
  ])('that names what does not exist is refused', async (config, words) => {
    const { code, err } = await verify(project(config))
    expect(code).toBe(2)
    expect(err).toContain(words)
  })
})

describe('--write-deviations', () => {
  const config = '# our gate\nsubjects:\n  - ./mine.mjs # ours\nrules: [sgd/lecture]\n'
  const recorded = (cwd: string) => parse(readFileSync(join(cwd, 'lockstep.yaml'), 'utf8'))

  test('starts a gate that is green, notices anything else, and is red once the record is stale', {
    timeout: 60_000,
  }, async () => {
    const cwd = project(config)
    expect((await verify(cwd)).code).toBe(1)
    const written = await verify(cwd, '--write-deviations')
    expect(written).toMatchObject({ code: 0, err: '1 deviation recorded in lockstep.yaml.\n' })
    const text = readFileSync(join(cwd, 'lockstep.yaml'), 'utf8')
    expect(text.startsWith(config)).toBe(true)
    const [deviation] = recorded(cwd).deviations
    expect(deviation).toMatchObject({
      subject: 'mine',
      rule: 'sgd/lecture',
      formats: ['float64'],
      reason: expect.stringMatching(/^sgd\/lecture, step 1, parameter a\[0\]: x is \S+ but the formula gives/),
      scenario: expect.stringMatching(/^lockstep-deviations\/\w+\.json$/),
    })
    expect(deviation.checks).toEqual(expect.arrayContaining(['formula', 'closed form constant']))
    expect(deviation.checks).not.toContain('permutation')

    const green = await verify(cwd)
    expect(green.code).toBe(0)
    expect((await lockstep(['replay', deviation.scenario], { cwd })).code).toBe(1)
    // The record is of these checks alone.
    writeFileSync(join(cwd, 'lockstep.yaml'), text.replace('      - closed form constant\n', ''))
    expect((await verify(cwd, '--check', 'closed form constant')).code).toBe(1)
    writeFileSync(join(cwd, 'lockstep.yaml'), text)

    repair(cwd)
    const stale = await verify(cwd)
    expect(stale.code).toBe(1)
    expect(flat(stale.out)).toContain('a known deviation is stale')
    const cleaned = await verify(cwd, '--write-deviations')
    expect(cleaned).toMatchObject({ code: 0, err: '0 deviations recorded in lockstep.yaml, 1 stale removed.\n' })
    expect(readFileSync(join(cwd, 'lockstep.yaml'), 'utf8')).toBe(config)
    expect(readdirSync(join(cwd, 'lockstep-deviations'))).toEqual([])
    expect((await verify(cwd)).code).toBe(0)
  })

  test('into a file that is not there also says what was run, so that a plain verify does the same', async () => {
    const cwd = project('')
    const args = [
      './mine.mjs',
      '--rule',
      'sgd/lecture',
      '--hyper',
      'lr=0.5',
      '--check',
      'formula',
      '--config',
      'lockstep.yaml',
    ]
    writeFileSync(join(cwd, 'other.txt'), '')
    const { code } = await lockstep(
      ['verify', ...args.slice(0, -2), '--no-config', '--write-deviations', 'gate.yaml'],
      { cwd },
    )
    expect(code).toBe(0)
    expect(parse(readFileSync(join(cwd, 'gate.yaml'), 'utf8'))).toMatchObject({
      subjects: ['./mine.mjs'],
      rules: ['sgd/lecture'],
      hyper: { lr: 0.5 },
      checks: ['formula'],
      deviations: [{ subject: 'mine', checks: ['formula'] }],
    })
    expect((await verify(cwd, '--config', 'gate.yaml')).code).toBe(0)
  })

  test('records neither what could not be decided nor what was skipped, and that stays undecided', async () => {
    const cwd = project(config)
    writeFileSync(join(cwd, 'mine.mjs'), 'export default () => { throw new Error("no") }')
    const { code, err } = await verify(cwd, '--write-deviations')
    expect(code).toBe(3)
    expect(err).toContain('0 deviations recorded')
    expect(readFileSync(join(cwd, 'lockstep.yaml'), 'utf8')).toBe(config)
  })

  test('where nothing fails leaves the file as it is', async () => {
    const cwd = project(config)
    repair(cwd)
    expect((await verify(cwd, '--check', 'formula', '--write-deviations')).code).toBe(0)
    expect(readFileSync(join(cwd, 'lockstep.yaml'), 'utf8')).toBe(config)
  })

  test.each([
    [['--write-deviations', './mine.mjs'], "'./mine.mjs' is not a YAML file"],
    [['--write-deviations', 'other.yaml'], 'this run reads lockstep.yaml'],
    [
      ['--no-config', './mine.mjs', '--rule', 'sgd/lecture', '--write-deviations', 'nowhere/a.yaml'],
      'the directory does not exist',
    ],
  ])('%j is refused before the run, and nothing is written', async (args, words) => {
    const cwd = project(config)
    const { code, out, err } = await verify(cwd, ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(words)
    expect(readdirSync(cwd).sort()).toEqual(['lockstep.yaml', 'mine.mjs'])
  })
})

describe('kept scenarios', () => {
  const config = 'subjects: [./mine.mjs]\nrules: [sgd/lecture]\nchecks: [formula, permutation]\n'

  test('are run first by the next verify, and counted; --explore keeps what it finds too', async () => {
    const cwd = project(config)
    const { out } = await verify(cwd, '--explore')
    expect(out).toMatch(/seed \d+, quick depth/)
    expect(readdirSync(join(cwd, '.lockstep/scenarios'))).toHaveLength(1)
    expect((await results(cwd)).map(({ verdict, kept }) => [verdict, kept])).toEqual([
      ['fail', 1],
      ['pass', undefined],
    ])
    repair(cwd)
    const repaired = await verify(cwd)
    expect(repaired.code).toBe(0)
    expect(flat(repaired.out)).toContain('and before them 1 that failed in earlier runs')
  })

  test('of another subject or rule are left alone, and one that cannot be read is told and left out', async () => {
    const cwd = project(config)
    await verify(cwd)
    const [name] = readdirSync(join(cwd, '.lockstep/scenarios'))
    const path = join(cwd, '.lockstep/scenarios', name!)
    const text = readFileSync(path, 'utf8')
    for (const [from, to] of [
      ['"subject": "./mine.mjs"', '"subject": "./yours.ts"'],
      ['"rule": "sgd/lecture",\n  "subject"', '"rule": "sgd/pytorch",\n  "subject"'],
      ['"check": "formula"', '"check": "maximize"'],
    ] as const) {
      writeFileSync(path, text.replace(from, to))
      expect(readFileSync(path, 'utf8')).not.toBe(text)
      expect((await results(cwd, '--no-save'))[0]).not.toHaveProperty('kept')
    }
    writeFileSync(path, text.slice(0, 100))
    const { code, err } = await verify(cwd, '--no-save')
    expect(code).toBe(1)
    expect(err).toMatch(/\.lockstep\/scenarios\/\w+\.json is not a scenario.* It is left out; delete it\./)
    expect(existsSync(path)).toBe(true)
  })
})
