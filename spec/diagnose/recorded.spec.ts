import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/checks/check.ts'
import { mutantsOf } from '../../src/derive/mutants/index.ts'
import { draw } from '../../src/diagnose/observe.ts'
import { asCheck, tellings } from '../../src/diagnose/telling.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { drive } from '../../src/subject/driver.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Subject } from '../../src/subject/subject.ts'
import { contextOf } from '../checks/wrong.ts'
import { diagnosedAlone } from './ask.ts'

const id = 'adam/kingma-ba'
const rule = findRule(id)
const context: Context = contextOf(ruleSubject(rule), rule, 'float64')
const scenarios = tellings(context).flatMap((telling, at) => draw(asCheck(telling), context, 1, at + 1))

/** What a subject did in these scenarios; it can be asked for nothing else. */
const recorded = (subject: Subject, opened: string[]): Subject => ({
  ...subject,
  scenarios: () => scenarios,
  open: setup => {
    opened.push(JSON.stringify(setup.groups.map(({ hyper }) => hyper)))
    return subject.open(setup)
  },
})

describe('a recording is diagnosed from its own traces', () => {
  test('and is asked for nothing that it does not have', async () => {
    const says = 'the gradient is not squared'
    const opened: string[] = []
    const wrong = ruleSubject(mutantsOf(rule).find(each => each.says === says)!.rule)
    const diagnosis = await diagnosedAlone(recorded(wrong, opened), id)
    expect(diagnosis).toMatchObject({ kind: 'edit', explanation: says, explained: 1 })
    const known = scenarios.map(({ groups }) => JSON.stringify(groups.map(({ hyper }) => hyper)))
    expect(opened.filter(each => !known.includes(each))).toEqual([])
  })

  test('one that keeps to the formula has no diagnosis', async () => {
    expect(await diagnosedAlone(recorded(ruleSubject(rule), []), id)).toBeUndefined()
  })
})

test('scenarios tell by every palette and option, and stay small', async () => {
  const names = new Set(scenarios.map(({ name }) => name))
  for (const name of [
    'unit',
    'tiny',
    'mixed',
    'zeros',
    'flips',
    'constant',
    'own defaults',
    'late',
    'many elements',
    'groups',
  ])
    expect([...names]).toContain(name)
  expect(scenarios.some(({ changes }) => changes !== undefined)).toBe(true)
  expect(Math.max(...scenarios.map(({ steps }) => steps))).toBeLessThanOrEqual(12)
  for (const scenario of scenarios)
    expect((await drive(ruleSubject(rule), scenario)).steps).toHaveLength(scenario.steps)
})
