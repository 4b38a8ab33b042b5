import { sameBits } from '../../numbers/bits.ts'
import { prescribed } from '../../subject/driver.ts'
import type { Gradients } from '../../subject/subject.ts'
import type { Finding } from '../../subject/verdict.ts'
import type { Check } from '../check.ts'
import { hyperOf, withHyper } from '../conditions.ts'
import type { Judgement } from '../judgement.ts'
import { namesOf, opened } from './player.ts'
import { changed, plainly, runs } from './vary.ts'

const copy = (gradients: Gradients): Gradients => gradients.map(values => values?.slice() ?? null)

/** A gradient belongs to its caller, who may log it, clip it, or hand it to somebody else after the step. */
export const gradientsLeftAlone: Check = {
  name: 'gradients are left alone',
  group: 'contract',
  claim: 'no step writes to the gradients that it was given, nor does a later one',
  // Clipping writes to those that are large, and only to those.
  shape: () => ({ ...plainly(), palettes: ['large', 'mixed'] }),
  // Decay that is added to the gradient, and a sign that is turned, are where it is written to.
  adapt: (scenario, context) => withHyper(scenario, changed(hyperOf(scenario), context)),
  play: (scenario, { subject }) =>
    opened(subject, scenario, async player => {
      const given: { readonly own: Gradients; readonly kept: Gradients }[] = []
      const judgements: Judgement[] = []
      for (let step = 1; step <= scenario.steps; step++) {
        const own = prescribed(scenario, step)
        const kept = copy(own)
        given.push({ own, kept })
        await player.step(step, own)
        const seen = player.run.copies ? undefined : given
        for (const [s, { own: now, kept: before }] of seen?.entries() ?? [])
          judgements.push(unwritten(namesOf(scenario), s + 1, now, before))
        const shown = (await player.run.observe?.())?.gradients
        if (shown) judgements.push(unwritten(namesOf(scenario), step, shown, kept))
      }
      return added(judgements)
    }),
  runs: { ...runs, quick: 4 },
}

function added(judgements: readonly Judgement[]): Judgement {
  const wrong = judgements.find(({ finding }) => finding)
  const sum = (of: 'observed' | 'proving'): number => judgements.reduce((n, each) => n + each[of], 0)
  if (judgements.length === 0)
    return { observed: 0, proving: 0, notShown: 'the subject does not show its gradients after a step' }
  return { observed: sum('observed'), proving: sum('proving'), ...(wrong?.finding && wrong) }
}

function unwritten(names: readonly string[], step: number, now: Gradients, before: Gradients): Judgement {
  let [observed, proving] = [0, 0]
  let finding: Finding | undefined
  for (const [k, parameter] of names.entries()) {
    for (const [index, value] of (before[k] ?? []).entries()) {
      const got = now[k]?.[index] ?? Number.NaN
      observed += 1
      if (value !== 0) proving += 1
      if (sameBits(got, value)) continue
      finding ??= {
        step,
        parameter,
        variable: 'gradient',
        index,
        got,
        low: value,
        high: value,
        expected: Number.NaN,
        ulps: Number.NaN,
      }
    }
  }
  return { observed, proving, ...(finding && { finding, reason: 'the caller’s gradient was written to' }) }
}
