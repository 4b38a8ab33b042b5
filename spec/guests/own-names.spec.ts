import { describe, expect, test } from 'vitest'
import { OwnNames, type OwnNamesOptions } from '../../src/guests/own-names.ts'
import { OwnRun } from '../../src/guests/own-run.ts'
import type { GuestSubject } from '../../src/guests/process.ts'
import type { Hello, RuleEntry } from '../../src/guests/protocol.ts'
import { verify } from '../../src/kit/verify.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { HyperValues, Offer, Run, Setup, StateValues } from '../../src/subject/subject.ts'

interface Fake {
  rule?: string
  /** The rule's names by the guest's own. */
  hyper?: Record<string, string>
  /** The guest's own names of state by the rule's. */
  state?: Record<string, string>
  entry?: Partial<RuleEntry>
  /** What becomes of the values of a state variable that is shown. */
  distort?: (own: string, values: Float64Array) => Float64Array
}

const names = { rate: 'lr', b1: 'beta1', b2: 'beta2', epsilon: 'eps' }

/** A rule's replay as a guest that has names of its own: right by construction, under whatever names. */
function fake({
  rule = 'adam/kingma-ba',
  hyper = names,
  state = {},
  entry = {},
  distort,
}: Fake = {}): GuestSubject & { opened: Setup[] } {
  const subject = ruleSubject(findRule(rule))
  const opened: Setup[] = []
  const own: RuleEntry = {
    names: 'own',
    hyper: Object.keys(hyper),
    state: Object.values(state),
    features: ['groups', 'absent', 'set', 'save', 'state', 'defaults'],
    ...entry,
  }
  const shown = (values: StateValues): StateValues =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, array]) =>
        state[name] ? [[state[name], distort?.(state[name], array) ?? array] as const] : [],
      ),
    )
  const known = (values: HyperValues): HyperValues =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [hyper[name] ?? name, value]))
  return {
    name: 'fake',
    formats: ['float32', 'float64'],
    opened,
    connect: async () =>
      ({ protocol: 'lockstep/1', formats: ['float64'], rules: { '*': own }, environment: {} }) as Hello,
    offers: () => ({ rule: '*', ...own }) as Offer,
    async open(setup, saved) {
      opened.push(setup)
      expect(setup.rule).toBe('*')
      const groups = setup.groups.map(group => ({ ...group, hyper: known(group.hyper) }))
      const run = (await subject.open({ ...setup, rule, groups }, saved)) as Required<Run>
      return {
        step: gradients => run.step(gradients),
        steps: async many => {
          const played = []
          for (const gradients of many) {
            const x = await run.step(gradients)
            const observed = await run.observe()
            played.push({ x: x!, state: observed.state!.map(shown) })
          }
          return played
        },
        set: (group, values) => run.set(group, known(values)),
        observe: async () => ({ state: (await run.observe()).state!.map(shown) }),
      }
    },
    close: async () => {},
  }
}

test('what is true of the arrays of a guest is true of it under the names of a rule', async () => {
  const names = { own: new Map<string, string>() } as unknown as ConstructorParameters<typeof OwnRun>[1]
  const wrapped = (run: Partial<Run>) =>
    new OwnRun(
      run as Run,
      names,
      group => group,
      hyper => hyper,
    )
  expect([wrapped({ copies: true }).copies, wrapped({}).copies]).toEqual([true, undefined])
})

const offerOf = async (given: Fake, rule = given.rule ?? 'adam/kingma-ba', options: OwnNamesOptions = {}) =>
  (await new OwnNames(fake(given), options).offers(rule)) as Offer & { unsupported?: string }
const notes = async (...given: Parameters<typeof offerOf>) => (await offerOf(...given)).notes?.join(' ')

async function verdicts(given: Fake, rule = 'adam/kingma-ba') {
  const { results, remarks } = await verify({
    subjects: [new OwnNames(fake(given))],
    rules: [rule],
    checks: ['formula'],
  })
  return {
    verdicts: [...new Set(results.map(({ verdict }) => verdict))],
    finding: results.find(r => r.finding)?.finding,
    remarks,
  }
}

describe('a guest with names of its own', () => {
  test('is held to a rule under the rule’s names, and says which it took for which', async () => {
    const given = { state: { m: 'first', v: 'second' } }
    expect(await offerOf(given)).toMatchObject({
      rule: 'adam/kingma-ba',
      hyper: ['lr', 'beta1', 'beta2', 'eps'],
      state: ['m', 'v'],
    })
    const { verdicts: found, remarks } = await verdicts(given)
    expect(found).toEqual(['pass'])
    expect(remarks?.map(({ text }) => text)).toEqual([
      'Names: lr is rate, beta1 is b1, beta2 is b2, eps is epsilon.',
      'Matched state by its values: m is first, v is second.',
    ])
  })

  test('a wrong optimizer is found under its own names, too', async () => {
    const { verdicts: found } = await verdicts({ rule: 'adam/lecture', state: { m: 'm', v: 'v' } })
    expect(found).toEqual(['fail'])
  })

  test('without any rule it is asked as it is', async () => {
    const guest = fake({ entry: { defaults: { rate: 0.001 } } })
    expect(await new OwnNames(guest).offers('*')).toMatchObject({
      rule: '*',
      hyper: Object.keys(names),
      defaults: { rate: 0.001 },
    })
    const groups = [{ hyper: { rate: 1 }, params: [{ name: 'a', value: Float64Array.of(1) }] }]
    await new OwnNames(guest).open({ rule: '*', format: 'float64', groups })
    expect(guest.opened.at(-1)!.groups[0]!.hyper).toEqual({ rate: 1 })
  })

  test('what it does not take is held where it is switched off, and said', async () => {
    const given = { rule: 'adam/pytorch' }
    expect((await offerOf(given)).hyper).toEqual(['lr', 'beta1', 'beta2', 'eps'])
    expect(await notes(given)).toContain(
      'Not taken, so checked at one value only: weight_decay = 0, amsgrad = false, maximize = false.',
    )
  })

  test('what it cannot be without is asked about', async () => {
    const { epsilon: _, ...without } = names
    expect(await notes({ hyper: without })).toContain('eps = 1e-8 (eps: is that what it computes with?)')
  })

  test('what the user holds is believed', async () => {
    const offer = await offerOf({ rule: 'adam/pytorch' }, 'adam/pytorch', { held: { weight_decay: 0.1 } })
    expect(offer.hyper).toContain('weight_decay')
    expect(offer.notes?.join()).toContain('weight_decay = 0.1')
  })

  test('asked for what it does not take, it refuses', async () => {
    const subject = new OwnNames(fake({ rule: 'adam/pytorch' }))
    const groups = [{ hyper: { amsgrad: true }, params: [{ name: 'a', value: Float64Array.of(1) }] }]
    await expect(subject.open({ rule: 'adam/pytorch', format: 'float64', groups })).rejects.toThrow(
      /fake does not take amsgrad; asked for amsgrad = true\. It takes lr, beta1/,
    )
  })

  test('that needs more than the rule has is not offered, with its reason', async () => {
    const entry = { hyper: [...Object.keys(names), 'warmup'], required: ['warmup'] }
    expect((await offerOf({ entry })).unsupported).toMatch(/fake needs warmup, which could not be matched .*or map it/)
  })

  test('its other defaults and its own options are said', async () => {
    const entry = { hyper: [...Object.keys(names), 'clip'], defaults: { rate: 0.01, clip: 1 } }
    const said = await notes({ entry })
    expect(said).toContain('Its defaults are not the rule’s: lr = 0.01 (0.001).'.replace('’', "'"))
    expect(said).toContain('Left at its own default: clip = 1.')
  })

  test('a rate that cannot be changed on the way is not offered for it', async () => {
    expect((await offerOf({})).features).toContain('set')
    expect((await offerOf({ entry: { settable: ['epsilon'] } })).features).not.toContain('set')
  })

  test('what can be changed on the way is told by the rule’s names', async () => {
    expect((await offerOf({ entry: { settable: ['rate', 'b2'] } })).settable).toEqual(['lr', 'beta2'])
    expect(await offerOf({})).not.toHaveProperty('settable')
  })

  test('that failed while it was tried is asked again', async () => {
    const guest = fake()
    let asked = 0
    const failing = {
      ...guest,
      connect: async () => {
        asked += 1
        // The first answers what it takes, the second is asked while its names are matched.
        if (asked === 2) throw new Error('out of memory')
        return guest.connect()
      },
    }
    const subject = new OwnNames(failing)
    await expect(subject.offers('adam/kingma-ba')).rejects.toThrow('out of memory')
    expect(await subject.offers('adam/kingma-ba')).toMatchObject({ rule: 'adam/kingma-ba' })
  })

  test.each([
    ['adam', 'pytorch', 'adam/pytorch'],
    ['adam/kingma-ba', 'pytorch', 'adam/kingma-ba'],
    ['adam', 'zeiler', 'adam/kingma-ba'],
    ['adam', undefined, 'adam/kingma-ba'],
  ])('asked for %s, where its framework’s dialect is %s, is held to %s', async (id, dialect, rule) => {
    const about = () => ({ arithmetic: ieee, ...(dialect !== undefined && { dialect }) })
    expect((await offerOf({}, id, { about })).rule).toBe(rule)
  })

  test('a map goes before names, and one with a wrong name is refused', async () => {
    const hyper = { ...names, lr: 'beta2', b2: 'lr' }
    const map = { hyper: { lr: 'b2', beta2: 'lr' } }
    expect((await offerOf({ hyper }, 'adam/kingma-ba', { map })).notes?.join()).not.toContain('lr is rate')
    await expect(offerOf({}, 'adam/kingma-ba', { map: { hyper: { lrr: 'rate' } } })).rejects.toThrow(
      /no hyper-parameter 'lrr'\. Did you mean lr\?/,
    )
    await expect(offerOf({}, 'adam/kingma-ba', { map: { hyper: { lr: 'rat' } } })).rejects.toThrow(
      /takes no 'rat'\. Did you mean rate\?/,
    )
    await expect(offerOf({}, 'adam/kingma-ba', { map: { state: { q: 'm' } } })).rejects.toThrow(/has no state 'q'/)
  })
})

describe('state', () => {
  test('is matched by the framework’s name, the rule’s, a synonym, or its values', async () => {
    for (const [m, v] of [
      ['exp_avg', 'exp_avg_sq'],
      ['m', 'v'],
      ['mu', 'nu'],
      ['qwe', 'rty'],
    ])
      expect((await offerOf({ rule: 'adam/pytorch', state: { exp_avg: m!, exp_avg_sq: v! } })).state, m).toEqual([
        'exp_avg',
        'exp_avg_sq',
      ])
  })

  test('two that are swapped by their synonyms are told apart by their values', async () => {
    const said = await notes({ state: { m: 'velocity', v: 'momentum' } })
    expect(said).toContain('m is velocity, v is momentum')
  })

  test('the maximum of AMSGrad is told from the average', async () => {
    const hyper = { ...names, amsgrad: 'amsgrad' }
    const state = { exp_avg: 'one', exp_avg_sq: 'two', max_exp_avg_sq: 'three' }
    expect(await notes({ rule: 'adam/pytorch', hyper, state })).toContain(
      'exp_avg is one, exp_avg_sq is two, max_exp_avg_sq is three',
    )
  })

  test('that is not shown is not checked, and said', async () => {
    const given = { state: { m: 'm' } }
    expect((await offerOf(given)).state).toEqual(['m'])
    expect(await notes(given)).toContain('State that is not shown, so not checked: v.')
  })

  test('of a synonymous name but of other values is not held against iterates that agree', async () => {
    const given: Fake = {
      state: { m: 'm', v: 'second_moment' },
      distort: (own, x) => (own === 'm' ? x : x.map(Math.sqrt)),
    }
    expect((await verdicts(given)).verdicts).toEqual(['pass'])
    expect(await notes(given)).toContain(
      'Its second_moment goes by a name for v, but does not have its values, although its iterates agree: taken for another variable, so v is not checked. If it is meant to be v, say so: map: { state: { v: second_moment } }',
    )
  })

  test('of the rule’s own name is checked whatever it holds', async () => {
    const given: Fake = {
      state: { m: 'm', v: 'v' },
      distort: (own, x) => (own === 'v' ? x.map(value => 2 * value) : x),
    }
    const { verdicts: found, finding } = await verdicts(given)
    expect(found).toEqual(['fail'])
    expect(finding?.variable).toBe('v')
  })

  test.each([
    ['adam/kingma-ba', { m: 'm', v: '_v' }, 'v'],
    ['adam/pytorch', { exp_avg: 'expAvg', exp_avg_sq: 'ExpAvgSq' }, 'exp_avg_sq'],
  ])('of the rule’s own name in another spelling, too: %s', async (rule, state: Record<string, string>, variable) => {
    const given: Fake = {
      rule,
      state,
      distort: (own, x) => (own === state[variable] ? x.map(value => 2 * value) : x),
    }
    const { verdicts: found, finding } = await verdicts(given, rule)
    expect(found).toEqual(['fail'])
    expect(finding?.variable).toBe(variable)
  })

  test('but one letter in another case is another variable', async () => {
    const given: Fake = {
      rule: 'adagrad/lecture',
      hyper: { lr: 'lr', eps: 'eps' },
      state: { G: 'g' },
      distort: (_, x) => x.map(Math.sqrt),
    }
    expect(await notes(given)).toContain('Its g goes by a name for G, but does not have its values')
    expect((await verdicts(given, 'adagrad/lecture')).verdicts).toEqual(['pass'])
  })

  test('of a synonymous name is checked where the iterates are off, so that the variable is named', async () => {
    const given: Fake = { rule: 'adam/lecture', state: { m: 'first_moment', v: 'second_moment' } }
    expect((await offerOf(given, 'adam/kingma-ba')).state).toEqual(['m', 'v'])
  })
})
