import { describe, expect, test } from 'vitest'
import { failed } from '../../src/checks/judgement.ts'
import { findRule } from '../../src/rules/lookup.ts'
import type { Trace } from '../../src/subject/scenario.ts'
import { explainedRule, explainedTrace, explanations, explanationsOf } from './explained.ts'
import { familyIds, judge, recordingNames, tracesOf } from './recordings.ts'

/** Beyond this the bound is slow to follow; the bits of all 3,000 steps are compared where there are bits to compare. */
const followed = 200

const shortened = ({ scenario, steps }: Trace): Trace => ({
  scenario: { ...scenario, steps: Math.min(scenario.steps, followed) },
  steps: steps.slice(0, followed),
})

const summary = (trace: Trace, judgement: ReturnType<typeof judge>): object => ({
  record: trace.scenario.name,
  ...judgement.finding,
})

const rows = recordingNames.flatMap(recording => familyIds.map(family => ({ recording, family })))
const ofIeee = rows.filter(({ recording }) => recording === 'pytorch-ieee')
const others = rows.filter(({ recording }) => recording !== 'pytorch-ieee')

describe('every record on IEEE arithmetic is reproduced to the bit, iterates and state, 3,000 steps included', () => {
  test.each(ofIeee)('$family', async ({ recording, family }) => {
    const traces = await tracesOf(recording, family)
    expect(traces.map(({ scenario }) => scenario.format)).toEqual(expect.arrayContaining(['float32', 'float64']))
    for (const trace of traces) {
      const judgement = judge(findRule(trace.scenario.rule), recording, trace)
      if (failed(judgement)) expect.fail(JSON.stringify(summary(trace, judgement)))
      expect(judgement).toMatchObject({ bitExact: true, worst: 0 })
      expect(judgement.observed).toBeGreaterThan(8)
    }
  })
})

describe('every record of a shipped framework lies within the bound, but for the explained deviations', () => {
  test.each(others)('$recording $family', async ({ recording, family }) => {
    for (const trace of (await tracesOf(recording, family)).map(shortened)) {
      const applied = explanationsOf(recording, trace)
      const rule = explainedRule(findRule(trace.scenario.rule), applied)
      const judgement = judge(rule, recording, explainedTrace(trace, applied))
      if (failed(judgement)) expect.fail(JSON.stringify(summary(trace, judgement)))
      // At a rate of zero nothing moves, so that nothing is proved of x.
      if (trace.scenario.groups[0]!.hyper.lr !== 0) expect(judgement.proving).toBeGreaterThan(0)
    }
  })

  // Those of live libraries are known deviations, which go stale by themselves.
  const ofRecordings = explanations.flatMap(each => {
    const name = recordingNames.find(own => own === each.recording)
    return name ? [{ ...each, name }] : []
  })
  test.each(ofRecordings)('$name still deviates in that $what', async ({ name, families, formats }) => {
    for (const family of families) {
      const traces = (await tracesOf(name, family)).filter(({ scenario }) => formats.includes(scenario.format))
      const strays = traces.some(trace => failed(judge(findRule(trace.scenario.rule), name, shortened(trace))))
      expect({ family, strays }).toEqual({ family, strays: true })
    }
  })
})
