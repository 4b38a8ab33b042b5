import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import brokenAdam from '../../examples/broken-adam.ts'
import goodAdam from '../../examples/good-adam.ts'
import { checksFor, contracts } from '../../src/checks/index.ts'
import type { ConformOptions } from '../../src/kit/index.ts'
import { describeResult, verify } from '../../src/kit/index.ts'
import { testFunctions } from '../../src/kit/runner.ts'
import { loadRule } from '../../src/language/load.ts'
import { writers } from '../../src/report/index.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Subject } from '../../src/subject/subject.ts'
import { registered, told } from './collect.ts'

const rules = 'adam/pytorch'
const named = (outcomes: readonly { name: string }[]): string[] => outcomes.map(({ name }) => name)

interface Rate {
  lr: number
}
const descent = ({ lr }: Rate, x: Float64Array) => ({
  step: (g: Float64Array) => x.map((value, i) => (x[i] = value - lr * g[i]!)),
})
const twice = ({ lr }: Rate, x: Float64Array) => ({
  step: (g: Float64Array) => x.map((value, i) => (x[i] = value - 2 * lr * g[i]!)),
})

/** Contracts skip what a plain function does not offer; everything else is asked of it. */
const contract = new Set(contracts.map(({ name }) => name))
const unexpected = ({ name, outcome }: { name: string; outcome: string }): boolean =>
  outcome !== 'passed' && !(outcome === 'skipped' && contract.has(name.replace(/, float(32|64)$/, '')))

describe('conform registers', () => {
  test('a suite a rule, and in it a test a check', async () => {
    const tests = await registered(goodAdam, { rules: [rules, 'adam/kingma-ba'] })
    expect([...new Set(tests.map(({ suite }) => suite))]).toEqual([
      'adam against adam/pytorch',
      'adam against adam/kingma-ba',
    ])
    const expected = checksFor(findRule(rules)).filter(
      ({ group, beside, strict }) => group !== 'golden' && !beside && !strict,
    )
    expect(named(tests.filter(({ suite }) => suite.endsWith('pytorch')))).toEqual(expected.map(({ name }) => name))
  })

  test('the strict tier where it is asked for', async () => {
    const strict = checksFor(findRule(rules)).filter(check => check.strict)
    expect(strict.length).toBeGreaterThan(0)
    expect(named(await registered(goodAdam, { rules, strict: true }))).toEqual(expect.arrayContaining(named(strict)))
  })

  test('a test a format where there are several', async () => {
    const tests = await registered(ruleSubject(findRule('sgd/lecture')), {
      rules: 'sgd',
      checks: ['formula', 'late steps'],
    })
    expect(named(tests)).toEqual(['formula, float32', 'formula, float64', 'late steps, float32', 'late steps, float64'])
  })

  test('a family as the dialect of its paper, a rule that was loaded, and one from a file', async () => {
    const own = loadRule({ hyper: { lr: { default: '0.01' } }, step: 'x = x - 2 * lr * g' }, 'mine')
    const outcomes = await told(twice, { rules: [own], name: 'mine' })
    expect(outcomes.filter(unexpected)).toEqual([])
    expect(outcomes[0]!.suite).toBe(`mine against ${own.id}`)
    await expect(registered(twice, { rules: 'no/such.rule.yaml' })).rejects.toThrow(/no\/such\.rule\.yaml/)
  })

  test('with the vitest that runs the file, else with globals, else it says what to do', () => {
    const tests = { describe: () => {}, test: () => {} }
    expect(testFunctions()).toMatchObject({ describe, test })
    expect(testFunctions({ __vitest_index__: tests, describe })).toBe(tests)
    expect(testFunctions(tests)).toEqual(tests)
    expect(() => testFunctions({})).toThrow(/npx vitest run.*tests: \{ describe, test \}.*await verify/)
  })
})

describe('a test of conform', () => {
  test('passes where the check does', async () => {
    const outcomes = await told(goodAdam, { rules })
    expect(outcomes.filter(unexpected)).toEqual([])
    expect(outcomes.length).toBeGreaterThan(15)
  })

  test('says what is wrong under each failure, once for all that fail', async () => {
    const outcomes = await told(brokenAdam, { rules, checks: ['formula', 'closed form constant'], diagnose: true })
    const failures = outcomes.filter(({ outcome }) => outcome === 'failed')
    expect(failures).toHaveLength(2)
    for (const { text } of failures) {
      expect(text.replaceAll(/\s+/g, ' ')).toContain('It looks like this: the bias correction 1 - beta2^t is left out')
      expect(text).toContain('now  bc2 = 1')
    }
  })

  test('fails with the text that verify prints of it, and points to the call', async () => {
    const [failure] = (await told(brokenAdam, { rules, checks: ['closed form constant'] })).filter(
      ({ outcome }) => outcome === 'failed',
    )
    const report = await verify({ subjects: [brokenAdam], rules: [rules], checks: ['closed form constant'] })
    const page = writers.terminal!(report, { width: 80, colours: false, unicode: true }).split('\n')
    const lines = failure!.text.split('\n')
    expect(lines.length).toBeGreaterThan(5)
    for (const line of lines) expect(page).toContain(line && `  ${line}`)
    expect(failure!.text).toMatch(
      /^adam\/pytorch, step 1, parameter a\[0\]: x is \S+ but the formula gives\s+\S+\s+\(allowed\s+\S+\), \S+\s+ulps\s+away\.\n/,
    )
    expect(failure!.error).toMatchObject({ name: 'Deviates' })
    expect(failure!.error!.stack).toMatch(/^Deviates: adam[\s\S]*\n {4}at [^\n]*collect\.ts/)
  })

  test('is skipped with the reason where the subject does not offer what it asks', async () => {
    const [shown] = await told(brokenAdam, { rules, checks: ['squares are nonnegative'] })
    expect(shown).toMatchObject({ outcome: 'skipped', text: expect.stringMatching(/does not show exp_avg_sq/) })
    const none: Subject = { ...ruleSubject(findRule('sgd/lecture')), offers: () => ({ unsupported: 'it has no SGD' }) }
    expect(await told(none, { rules: 'sgd/lecture' })).toMatchObject([
      { name: 'offered', outcome: 'skipped', text: 'it has no SGD' },
    ])
  })

  test.each<[string, ConformOptions['rules'], () => unknown, RegExp]>([
    [
      'throws',
      'sgd/lecture',
      () => ({
        step: () => {
          throw new Error('out of memory')
        },
      }),
      /out of memory/,
    ],
    [
      'cannot be made',
      'sgd/lecture',
      () => {
        throw new Error('no such device')
      },
      /no such device/,
    ],
    ['returns too little', 'sgd/lecture', () => ({ step: () => [] }), /Expected a Float64Array of \d numbers?/],
  ])('fails as undecided where the function %s', async (_, rule, create, reason) => {
    const [first] = await told(create as never, { rules: rule, checks: ['formula'] })
    expect(first).toMatchObject({ outcome: 'failed', error: { name: 'Undecided' } })
    expect(first!.text).toMatch(/^sgd\/lecture, formula: could not be decided: /)
    expect(first!.text).toMatch(reason)
  })

  test('runs a check once, however often it is asked for', async () => {
    let opened = 0
    const counted: Subject = {
      ...ruleSubject(findRule('sgd/lecture')),
      formats: ['float64'],
      open: setup => {
        opened += 1
        return ruleSubject(findRule('sgd/lecture')).open(setup)
      },
    }
    const [formula] = await registered(counted, { rules: 'sgd/lecture', checks: ['closed form constant'] })
    await formula!.run()
    const once = opened
    await formula!.run()
    expect([once > 0, opened]).toEqual([true, once])
  })
})

describe('a deviation on record', () => {
  const checks = ['formula', 'closed form', 'relation', 'invariant']
  const record = [{ checks, reason: 'it steps twice as far' }]
  const options = { rules: 'sgd/lecture', deviations: record }

  test('passes, says so, and has a test of its own', async () => {
    const outcomes = await told(twice, options)
    expect(outcomes.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(outcomes.find(({ name }) => name === 'formula')!.text).toBe('known deviation: it steps twice as far')
    expect(outcomes.at(-1)).toMatchObject({ name: 'known deviation: it steps twice as far', outcome: 'passed' })
  })

  test('covers nothing else', async () => {
    const outcomes = await told(twice, { ...options, deviations: [{ checks: ['closed form'], reason: 'only there' }] })
    expect(outcomes.find(({ name }) => name === 'formula')!.outcome).toBe('failed')
    expect(outcomes.find(({ name }) => name === 'closed form constant')!.outcome).toBe('passed')
  })

  test('of another rule does not count', async () => {
    const deviations = [{ ...record[0]!, rule: 'sgd/pytorch' }]
    const outcomes = await told(twice, { ...options, deviations })
    expect(outcomes.find(({ name }) => name === 'formula')!.outcome).toBe('failed')
    expect(named(outcomes)).not.toContain('known deviation: it steps twice as far')
  })

  test('has no test of its own where some checks alone are asked for, which may not show it', async () => {
    const tests = await registered(descent, { ...options, checks: ['closed form'] })
    expect(tests.length).toBeGreaterThan(0)
    expect(named(tests).filter(name => name.startsWith('known deviation'))).toEqual([])
  })

  test('is stale, which fails, where it no longer shows; also when that test is run alone', async () => {
    const tests = await registered(descent, options)
    expect(await tests.at(-1)!.run()).toMatchObject({ outcome: 'failed', text: expect.stringMatching(/stale/) })
    const alone = (await registered(twice, options)).at(-1)!
    expect((await alone.run()).outcome).toBe('passed')
  })
})

describe('a framework or a module that is named', () => {
  test('has what Lockstep has on record of it', async () => {
    const outcomes = await told('tfjs', { rules: 'adadelta' })
    expect(outcomes.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(outcomes.at(-1)!.name).toMatch(/^known deviation: the step is divided by the accumulator/)
  })

  test('runs in a process of its own, which ends with the suite', async () => {
    const path = fileURLToPath(new URL('../../examples/broken-adam.ts', import.meta.url))
    const [failure] = await told(path, { rules, checks: ['closed form constant'], name: 'broken' })
    expect(failure).toMatchObject({
      suite: 'broken against adam/pytorch',
      outcome: 'failed',
      error: { name: 'Deviates' },
    })
  })
})

describe('what conform opened is closed with its suite', () => {
  test('a module’s process is gone', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lockstep-'))
    try {
      const [module, noted] = [join(directory, 'descent.mjs'), join(directory, 'pid')]
      const step = 'step: g => x.map((value, i) => (x[i] = value - lr * g[i]))'
      const lines = [
        "import { writeFileSync } from 'node:fs'",
        `writeFileSync(${JSON.stringify(noted)}, String(process.pid))`,
        `export default ({ lr }, x) => ({ ${step} })`,
      ]
      writeFileSync(module, lines.join('\n'))
      const afterwards: (() => Promise<void>)[] = []
      const tests = await registered(module, { rules: 'sgd/lecture', checks: ['formula'] }, afterwards)
      for (const each of tests) expect(await each.run()).toMatchObject({ outcome: 'passed' })
      const pid = Number(readFileSync(noted, 'utf8'))
      expect(isAlive(pid)).toBe(true)
      for (const body of afterwards) await body()
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('a subject that was given is its owner’s to close', async () => {
    let closed = 0
    const own: Subject = {
      ...ruleSubject(findRule('sgd/lecture')),
      close: () => {
        closed += 1
      },
    }
    await told(own, { rules: 'sgd/lecture', checks: ['formula'] })
    expect(closed).toBe(0)
  })
})

/** Whether a process is there: signal 0 asks, and does nothing. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('what is asked for wrongly is refused before anything is run', () => {
  test.each<[string, ConformOptions, RegExp]>([
    ['no rule', { rules: [] }, /name at least one rule/],
    ['an unknown rule', { rules: 'adam/pytroch' }, /There is no rule 'adam\/pytroch'\. Did you mean adam\/pytorch/],
    ['an unknown check', { rules, checks: ['fromula'] }, /There is no check 'fromula' of adam\/pytorch\. .*formula/],
    ['an unknown hyper-parameter', { rules, hyper: { beta: 0.9 } }, /adam\/pytorch has no hyper-parameter 'beta'/],
    ['a rule that is wrong as printed', { rules: 'adadelta/lecture' }, /wrong as printed/],
  ])('%s', async (_, options, message) => {
    await expect(registered(goodAdam, options)).rejects.toThrow(message)
  })

  test('a name that is no subject', async () => {
    await expect(registered('my-adam', { rules })).rejects.toThrow(/There is no subject 'my-adam'/)
  })
})

describe('verify takes plain functions', () => {
  test('in the format that they compute in', async () => {
    const single = ({ lr }: Rate, x: Float64Array) => ({
      step: (g: Float64Array) =>
        x.map((value, i) => (x[i] = Math.fround(value - Math.fround(Math.fround(lr) * g[i]!)))),
    })
    const { results, subjects } = await verify({ subjects: [single], format: 'float32', rules: ['sgd/lecture'] })
    expect(subjects.map(({ name }) => name)).toEqual(['single'])
    const asked = results.filter(({ verdict, group }) => !(verdict === 'skip' && group === 'contract'))
    expect(new Set(asked.map(({ verdict, formats }) => `${verdict} ${formats}`))).toEqual(new Set(['pass float32']))
    const wrongly = await verify({
      subjects: [descent],
      format: 'float32',
      rules: ['sgd/lecture'],
      checks: ['formula'],
    })
    expect(wrongly.results[0]).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringMatching(/not a float32 number/),
    })
  })

  test('with all hyper-parameters of the rule, and a fresh instance for each parameter and run', async () => {
    const seen = new Set<string>()
    const watched = (hyper: Rate, x: Float64Array) => {
      seen.add(Object.keys(hyper).join())
      return descent(hyper, x)
    }
    await verify({ subjects: [watched], rules: ['sgd/pytorch'], checks: ['formula'] })
    expect([...seen]).toEqual(['lr,momentum,dampening,weight_decay,nesterov,maximize'])
  })

  test('and every result can be put in words', async () => {
    const { results } = await verify({ subjects: [brokenAdam], rules: [rules] })
    const words = results.map(describeResult)
    expect(words.find((_, k) => results[k]!.verdict === 'pass')).toMatch(/^adam\/pytorch, .+: (holds|bit-exact|within)/)
    expect(words.find((_, k) => results[k]!.verdict === 'skip')).toMatch(/: skipped: the subject does not show/)
    for (const [k, text] of words.entries())
      if (results[k]!.verdict === 'fail') expect(text).toMatch(/The smallest scenario that shows it \(float64\):/)
    // No command: the scenario was not kept, and the command line does not know a function.
    expect(words.join()).not.toContain('lockstep ')
  })
})
