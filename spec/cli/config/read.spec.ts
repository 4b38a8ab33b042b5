import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readPlan } from '../../../src/cli/config/plan.ts'
import { readConfig } from '../../../src/cli/config/read.ts'
import type { VerifyCommandOptions } from '../../../src/cli/questions.ts'
import { problems } from '../../json-schema.ts'
import { workplace } from '../command.ts'

const published = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../docs/schemas/lockstep.schema.json', import.meta.url)), 'utf8'),
)
const typed: VerifyCommandOptions = {
  rule: [],
  check: [],
  command: [],
  hyper: {},
  reporter: [],
  diagnose: true,
  save: true,
}
const plan = (text: string, more: Partial<VerifyCommandOptions> = {}, names: string[] = []) => {
  const config = join(workplace(), 'lockstep.yaml')
  writeFileSync(config, text)
  return { ...readPlan(names, { ...typed, config, ...more }), config }
}

describe('what is wrong is told with file, line and field', () => {
  test.each<[string, string, string]>([
    ['rulez: [adam]', '1:1: rulez: this field is not known.', 'Did you mean rules?'],
    ['subjects:\n  - subjec: ./a.ts', '2:5: subjects[0].subjec: this field is not known.', 'Did you mean subject?'],
    ['subjects:\n  - tfjs\n  - 7', '3:5: subjects[1]: expected text or fields, got 7.', 'docs/configuration.md'],
    ['subjects: [{ subject: tfjs, rules: adam }]', '1:29: subjects[0].rules: expected a list, got "adam".', ''],
    ['subjects: [{ subject: tfjs, zzz: 1 }]', 'subjects[0].zzz', 'Fields here are subject, command, name'],
    ['subjects: [{ name: mine }]', 'subjects[0] needs either `subject` or `command`.', 'For example'],
    ['subjects: [{ subject: tfjs, command: ./a }]', 'either `subject` or `command`', ''],
    ['subjects: [tfjs, { subject: ./a.ts, name: tfjs }]', "'tfjs' is a subject of Lockstep's own", 'another name'],
    ['subjects: [./a.ts, ./a.ts]', '1:20: there are two subjects called', '`name`'],
    ['checks: []', '1:1: checks: expected at least one entry, got 0.', ''],
    ['subjects: []', '1:1: subjects: expected at least one entry, got 0.', ''],
    ['rules: []', '1:1: rules: expected at least one entry, got 0.', ''],
    [
      'rules:\n  - sgd\n  - adam/pytroch',
      "3:5: rules[1]: There is no rule 'adam/pytroch'. Did you mean adam/pytorch",
      '',
    ],
    ['subjects: [{ subject: ./a.ts, rules: [amad] }]', 'subjects[0].rules[0]: There is no rule', 'Did you mean adam'],
    ['depth: slow', 'depth: expected quick or full, got "slow".', ''],
    ['seed: -1', 'seed: expected >=0, got -1.', ''],
    ['hyper: { lr: fast }', 'hyper.lr: expected', ''],
    [
      'reporters:\n  - terminal\n  - junti=a.xml',
      "3:5: reporters[1]: There is no reporter 'junti'. Did you mean junit?",
      '',
    ],
    ['deviations: [{ subject: a, checks: [formula], reason: b }]', 'deviations[0].rule is missing.', ''],
    [
      'deviations: [{ subject: a, rule: sgd, checks: [], reason: b }]',
      'deviations[0].checks: expected at least one entry',
      '',
    ],
    [
      'deviations:\n  - when: { versions: { keras: new } }\n    subject: a\n    rule: sgd\n    checks: [a]\n    reason: b',
      '2:25: deviations[0].when.versions.keras: expected a range such as >=3.15 <4, got "new".',
      '',
    ],
    ['deviations: [{ when: { device: [cpu] } }]', 'deviations[0].when.device', 'Did you mean devices?'],
    ['deviations: [{ resaon: b }]', '1:16: deviations[0].resaon: this field is not known.', 'Did you mean reason?'],
    ['- a', '1:1: expected fields, got a list.', 'Fields are subjects'],
    ['just text', 'expected fields, got text.', ''],
    ['a: [', 'this is not YAML', ''],
    ['depth: quick\ndepth: full', '2:1: this is not YAML: Map keys must be unique', ''],
  ])('%j', (text, problem, hint) => {
    let message = ''
    try {
      plan(text)
    } catch (error) {
      expect((error as Error).name).toBe('UsageError')
      message = (error as Error).message
    }
    expect(message).toContain(problem)
    expect(message).toContain(hint)
    expect(message).toMatch(/lockstep\.yaml:\d+:\d+: /)
    expect(message.split('\n').length).toBeLessThanOrEqual(2)
  })

  test('a file that was named and is not there, or cannot be read', () => {
    expect(() => readPlan([], { ...typed, config: '/nowhere/lockstep.yaml' })).toThrow(/There is no file/)
    expect(() => readConfig(workplace())).toThrow(/cannot be read/)
  })
})

describe('arguments go before the file, field by field', () => {
  const text = `
subjects: [tfjs, { subject: keras, name: theirs, rules: [adam], hyper: { lr: 0.5 } }]
rules: [sgd]
checks: [formula]
hyper: { lr: 0.1, momentum: 0.5 }
depth: full
seed: 5
strict: true
reporters: [terminal, junit=out/report.xml]
`

  test('without arguments the file is what is done', () => {
    const { options, entries, whole, config } = plan(text)
    expect(options).toMatchObject({ rule: ['sgd'], check: ['formula'], depth: 'full', seed: 5, strict: true })
    expect(options.hyper).toEqual({ lr: 0.1, momentum: 0.5 })
    expect(options.reporter).toEqual([
      { name: 'terminal' },
      { name: 'junit', file: relative('.', join(config, '../out/report.xml')) },
    ])
    expect(entries).toEqual([
      { subject: 'tfjs' },
      { subject: 'keras', name: 'theirs', rules: ['adam'], hyper: { lr: 0.5 } },
    ])
    expect(whole).toBe(true)
  })

  test('an argument replaces its field', () => {
    const { options, entries, whole } = plan(
      text,
      { rule: ['adam'], check: ['maximize'], hyper: { lr: 2 }, depth: 'quick', seed: 9, reporter: [{ name: 'json' }] },
      ['theirs', 'optax'],
    )
    expect(options).toMatchObject({
      rule: ['adam'],
      check: ['maximize'],
      hyper: { lr: 2, momentum: 0.5 },
      depth: 'quick',
      seed: 9,
    })
    expect(options.reporter).toEqual([{ name: 'json' }])
    expect(entries).toEqual([{ subject: 'keras', name: 'theirs', hyper: { lr: 0.5 } }, { subject: 'optax' }])
    expect(whole).toBe(false)
  })

  test('--json and --explore go before reporters and seed', () => {
    expect(plan(text, { json: true }).options.reporter).toEqual([])
    expect(plan(text, { explore: true }).options.seed).not.toBe(5)
  })

  test('an empty file says nothing, and --no-config reads none', () => {
    for (const empty of ['', '# only a comment\n', '{}'])
      expect(plan(empty)).toMatchObject({ entries: [], options: { rule: [], depth: 'quick', seed: 20260101 } })
    expect(readPlan([], { ...typed, config: false }).source).toBeUndefined()
  })

  test('paths begin where the file is; names of subjects and rules are none', () => {
    const directory = workplace()
    mkdirSync(join(directory, 'sub'))
    const config = join(directory, 'sub', 'lockstep.yaml')
    writeFileSync(
      config,
      'subjects: [tfjs, ./a.ts, "b.py:B", { subject: c.mjs, python: ./p, rules: [sgd, r.rule.yaml] }]\nrules: [./mine.rule.yaml]',
    )
    const { entries, options } = readPlan([], { ...typed, config })
    const inSub = (name: string) => relative('.', join(directory, 'sub', name))
    expect(entries).toEqual([
      { subject: 'tfjs' },
      { subject: inSub('a.ts') },
      { subject: inSub('b.py:B') },
      { subject: inSub('c.mjs'), python: inSub('p'), rules: ['sgd', inSub('r.rule.yaml')] },
    ])
    expect(options.rule).toEqual([inSub('mine.rule.yaml')])
  })
})

describe('the published schema says of a file what reading it says', () => {
  const all = `
subjects:
  - tfjs
  - { subject: "my_opt.py:MyAdam", name: mine, python: .venv/bin/python, map: { hyper: { lr: alpha }, state: { m: avg } }, rules: [adam], hyper: { amsgrad: false }, formats: [float64] }
  - { command: ./guest --fast, name: guest }
rules: [adam, ./a.rule.yaml]
checks: [formula]
hyper: { lr: 0.1 }
depth: full
seed: 7
strict: true
python: python3
reporters: [terminal]
deviations:
  - subject: mine
    rule: adam/pytorch
    checks: [formula]
    where: { amsgrad: true }
    formats: [float32]
    scenario: a.json
    reason: so
    link: https://example.org
    when: { versions: { keras: ">=3" }, platforms: [linux], devices: [cpu] }
`
  test('of one with every field', () => {
    expect(problems(published, parse(all))).toEqual([])
    expect(plan(all).entries).toHaveLength(3)
    const used = Object.keys(parse(all))
    expect(used.sort()).toEqual(Object.keys(published.properties).sort())
    expect(Object.keys(parse(all).deviations[0]).sort()).toEqual(
      Object.keys(published.properties.deviations.items.properties).sort(),
    )
  })

  test.each([
    'rulez: [a]',
    'subjects: [7]',
    'subjects: [{ subjec: a }]',
    'depth: slow',
    'seed: 1.5',
    'hyper: { lr: fast }',
    'deviations: [{}]',
    'rules: []',
    'python: ""',
  ])('of %j, which neither takes', text => {
    expect(problems(published, parse(text))).not.toEqual([])
    expect(() => plan(text)).toThrow()
  })
})
