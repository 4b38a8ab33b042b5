import { describe, expect, test } from 'vitest'
import { functionSubject } from '../../src/guests/function.ts'
import type { Rule } from '../../src/language/rule.ts'
import { formats } from '../../src/numbers/formats.ts'
import { families } from '../../src/rules/index.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { actualRule } from '../../src/score/accuracy.ts'
import {
  type Control,
  type FormulaFault,
  type HistoryRow,
  history,
  type ImplementationFault,
  type Truth,
} from '../../src/score/history/index.ts'
import { drive, setupOf } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Format, Gradients, Json, Run, StateValues, Subject } from '../../src/subject/subject.ts'
import * as played from './history-scenarios.ts'

const formulaFaults = history.filter((row): row is FormulaFault => row.kind === 'formula')
const implementationFaults = history.filter((row): row is ImplementationFault => row.kind === 'implementation')
const controls = history.filter((row): row is Control => row.kind === 'control')

/** Each row in binary64, where a wrong formula stands out most clearly from rounding. */
function subjectOf(row: HistoryRow, format: Format = 'float64'): Subject {
  const made = row.create(format)
  return typeof made === 'function' ? functionSubject(made, { name: row.id, format }) : made
}

/**
 * Two ways of writing one formula, in binary64: a handful of roundings of 1e-16 in each of up to 300 steps, magnified by
 * what little cancels in scenarios made by hand. A wrong formula is off by far more.
 */
const relative = 1e-9

const near = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b))

const same = (a: readonly Float64Array[], b: readonly Float64Array[]): boolean =>
  a.every((values, k) => values.every((value, i) => near(value, b[k]![i]!)))

/** State by the rule's names; what the rule has not written yet must still be zero. */
function sameState(mine: StateValues[] = [], theirs: StateValues[] = []): boolean {
  return mine.every((state, k) =>
    Object.entries(state).every(([name, values]) => {
      const other = theirs[k]![name]
      return other ? same([values], [other]) : values.every(value => value === 0)
    }),
  )
}

async function agree(subject: Subject, rule: Rule, scenario: Scenario): Promise<boolean> {
  const [mine, theirs] = [await drive(subject, scenario), await drive(ruleSubject(rule), scenario)]
  return mine.steps.every(
    (step, k) => same(step.x!, theirs.steps[k]!.x!) && sameState(step.state, theirs.steps[k]!.state),
  )
}

/** The names of the scenarios in which a subject leaves a rule. A plain function knows of one parameter only, not of late ones. */
async function departures(subject: Subject, rule: Rule): Promise<string[]> {
  const offer = await subject.offers!(rule.id)
  const late = 'features' in offer && offer.features.includes('absent')
  const names: string[] = []
  for (const scenario of played.scenarios(rule, late))
    if (!(await agree(subject, rule, scenario))) names.push(scenario.name)
  return names
}

describe('the table', () => {
  test('has at least 64 faults and 12 controls', () => {
    expect(formulaFaults.length + implementationFaults.length).toBeGreaterThanOrEqual(64)
    expect(controls.length).toBeGreaterThanOrEqual(12)
  })

  test('names each row once', () => {
    expect(new Set(history.map(({ id }) => id)).size).toBe(history.length)
  })

  test('has faults of every family', () => {
    const faulty = new Set([...formulaFaults, ...implementationFaults].map(({ rule }) => rule.split('/')[0]))
    expect([...faulty].sort()).toEqual(families.map(({ id }) => id).sort())
  })

  test.each(history.map(row => [row.id, row] as const))(
    '%s follows a rule and says where it was reported',
    (_, row) => {
      expect(findRule(row.rule).id).toBe(row.rule)
      expect(row.source).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/(issues|pull)\/\d+$/)
      expect(row.what).toMatch(/^[A-Z].*\.$/)
    },
  )
})

describe.each(formulaFaults.map(row => [row.id, row] as const))('%s', (_, row) => {
  test('computes what its actual formula says, in every scenario', async () => {
    expect(await departures(subjectOf(row), actualRule(row))).toEqual([])
  })

  test('leaves the published formula in a scenario', async () => {
    expect(await departures(subjectOf(row), findRule(row.rule))).not.toEqual([])
  })
})

test.each(controls.map(row => [row.id, row] as const))('%s follows the published formula', async (_, row) => {
  expect(await departures(subjectOf(row), findRule(row.rule))).toEqual([])
})

/**
 * What five steps of a float32 implementation may lose: its inputs and at most three stored numbers a step are rounded, some
 * twenty unit roundoffs in all, of numbers below 4; magnified by less than four in this scenario.
 */
const narrow = 4 * 20 * formats.float32.unit

test.each(history.filter(({ format }) => format === 'float32').map(row => [row.id, row] as const))(
  '%s returns float32 numbers near those that it gives in binary64',
  async (_, row) => {
    const scenario = played.plain(findRule(row.rule))
    const exact = await drive(subjectOf(row), scenario)
    const rounded = await drive(subjectOf(row, 'float32'), played.inFloat32(scenario))
    for (const [k, { x }] of rounded.steps.entries())
      for (const [i, value] of x![0]!.entries())
        expect(Math.abs(value - exact.steps[k]!.x![0]![i]!)).toBeLessThanOrEqual(narrow)
  },
)

type Shows = (subject: Subject, rule: Rule) => Promise<boolean>

const leaves =
  (scenario: (rule: Rule) => Scenario): Shows =>
  async (subject, rule) =>
    !(await agree(subject, rule, scenario(rule)))

const direction = (step = 0): Gradients => [Float64Array.of(0.8, -1.3, 0.4 - 0.3 * step)]

const open = async (subject: Subject, rule: Rule, saved?: Json, x?: Float64Array[]): Promise<Run> => {
  const { groups, ...setup } = setupOf(played.plain(rule))
  const [{ hyper, params }] = groups as [(typeof groups)[number]]
  const begun = params.map((param, k) => ({ ...param, value: x?.[k] ?? param.value }))
  return subject.open({ ...setup, groups: [{ hyper, params: begun }] }, saved)
}

/** Three steps in one go, against two steps, a resume, and the third. */
const differsWhenResumed: Shows = async (subject, rule) => {
  const straight = await open(subject, rule)
  const stopped = await open(subject, rule)
  let x: Float64Array[] = []
  for (let step = 0; step < 2; step++) {
    await straight.step(direction(step))
    x = (await stopped.step(direction(step)))!.map(values => values.slice())
  }
  const resumed = await open(subject, rule, await stopped.save!(), x)
  return !same((await straight.step(direction(2)))!, (await resumed.step(direction(2)))!)
}

/** For each truth, where it shows. */
const shows: Record<Truth, Shows> = {
  'absent gradient counts': leaves(played.twoParameters),
  'added parameter has no state': async (subject, rule) => {
    const run = await open(subject, rule)
    await run.step(direction())
    await run.add!({ hyper: played.tellingHyper(rule), params: [{ name: 'late', value: Float64Array.of(1) }] })
    try {
      await run.step([...direction(), Float64Array.of(1)])
      return false
    } catch {
      return true
    }
  },
  'default differs': leaves(played.defaultsOnly),
  'gradient changed': async (subject, rule) => {
    const run = await open(subject, rule)
    await run.step(direction())
    const { gradients } = await run.observe!()
    return !same(gradients as Float64Array[], direction() as Float64Array[])
  },
  'gradient kept by reference': async (subject, rule) => {
    const [run, other] = [await open(subject, rule), await open(subject, rule)]
    await run.step(direction())
    await other.step(direction())
    await run.spoil!()
    return !same((await run.step(direction()))!, (await other.step(direction()))!)
  },
  'group hyper-parameters ignored': leaves(played.twoGroups),
  'hyper-parameter rounded': leaves(played.defaultsOnly),
  'memory layout ignored': leaves(played.matrixByColumns),
  'parameters skipped': leaves(played.emptyLast),
  'rate captured when built': leaves(played.withRateChange),
  'rate change takes effect a step late': leaves(played.withRateChange),
  'saved state is the live state': async (subject, rule) => {
    const run = await open(subject, rule)
    await run.step(direction())
    const saved = await run.save!()
    const before = JSON.stringify(saved)
    await run.step(direction())
    return JSON.stringify(saved) !== before
  },
  'state lost on resume': differsWhenResumed,
  'state lost when the rate changes': leaves(played.withRateChange),
  'state rounded on resume': differsWhenResumed,
  'state shared between instances': async (subject, rule) => {
    const [once, again] = [await drive(subject, played.plain(rule)), await drive(subject, played.plain(rule))]
    return !same(once.steps[0]!.x!, again.steps[0]!.x!)
  },
  'state shared between parameters': leaves(played.twoParameters),
  'step counted per tensor': leaves(played.twoParameters),
  'step lost on resume': differsWhenResumed,
  'tail elements skipped': leaves(played.oneMatrix),
}

describe.each(implementationFaults.map(row => [row.id, row] as const))('%s', (_, row) => {
  test(`shows: ${row.truth}`, async () => {
    expect(await shows[row.truth](subjectOf(row), findRule(row.rule))).toBe(true)
  })
})

/** A rounded hyper-parameter is never out of play. */
const elsewhereRight = implementationFaults.filter(({ truth }) => truth !== 'hyper-parameter rounded')

test.each(elsewhereRight.map(row => [row.id, row] as const))(
  '%s steps by the formula where what is wrong with it is out of play',
  async (_, row) => {
    const rule = findRule(row.rule)
    expect(await agree(subjectOf(row), rule, played.plain(rule))).toBe(true)
  },
)

test('a control that is resumed goes on where it stopped', async () => {
  const row = controls.find(({ id }) => id === 'control-adam-state-of-each-parameter')!
  expect(await differsWhenResumed(subjectOf(row), findRule(row.rule))).toBe(false)
})
