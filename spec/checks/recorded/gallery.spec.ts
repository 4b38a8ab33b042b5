import { describe, expect, it } from 'vitest'
import { TraceJudge, type TraceJudgement } from '../../../src/checks/recorded/judge.ts'
import { completeHyper } from '../../../src/derive/hyper.ts'
import { ieee } from '../../../src/language/arithmetic.ts'
import { findRule } from '../../../src/rules/lookup.ts'
import { court } from '../../derive/gallery/referee.ts'
import { rightAdams } from '../../derive/gallery/right-adam.ts'
import { rightOthers } from '../../derive/gallery/right-others.ts'
import type { Play } from '../../derive/gallery/scenarios.ts'
import { type Implementation, type Numbers, toolsOf } from '../../derive/gallery/tools.ts'
import { wrongAdams, wrongOthers } from '../../derive/gallery/wrong.ts'

type Format = 'float32' | 'float64'

/** What the judge says of a play of an implementation, of which the iterates alone are shown. */
function judged(implementation: Implementation, format: Format, play: Play): TraceJudgement {
  const rule = findRule(implementation.rule)
  const hyper = completeHyper(rule, play.hyper)
  const x0 = Float64Array.from(play.x0)
  const params = [{ name: 'w', group: 0, format, length: x0.length, value: x0 }]
  const judge = new TraceJudge(rule, ieee, { made: {}, groups: [hyper], params })
  const updates = play.x0.map(() => implementation.make(play.hyper as Numbers, toolsOf(format)))
  const memories = play.x0.map(() => [0, 0, 0, 0, 0, 0])
  let x = x0
  for (const [k, gradient] of play.gradients.entries()) {
    x = x.map((value, i) => updates[i]!(value, gradient[i]!, k + 1, memories[i]!))
    const step = { step: k + 1, place: '', t: [undefined], hyper: [hyper] }
    judge.take({ ...step, gradients: [Float64Array.from(gradient)], after: { x: [x], state: [undefined] } }, [hyper])
  }
  return judge.judgement
}

const all = (one: Implementation): TraceJudgement[] =>
  (['float32', 'float64'] as const).flatMap(format =>
    court(one, format, 40).map(({ play }) => judged(one, format, play)),
  )

describe('from the observed iterates, with the state carried along', () => {
  it.each([...rightAdams, ...rightOthers].map((one): [string, string, Implementation] => [one.rule, one.name, one]))(
    'a correct implementation never fails: %s, %s',
    (_, __, one) => expect(all(one).filter(({ finding }) => finding)).toEqual([]),
  )

  it.each([...wrongAdams, ...wrongOthers].map((one): [string, string, Implementation] => [one.rule, one.name, one]))(
    'a wrong one does: %s, %s',
    (_, __, one) => expect(all(one).filter(({ finding }) => finding).length).toBeGreaterThan(0),
  )
})
