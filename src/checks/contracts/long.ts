import { drive, setupOf } from '../../subject/driver.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { Json } from '../../subject/subject.ts'
import type { Check, Context } from '../check.ts'
import { failed, type Judgement, total } from '../judgement.ts'
import { judgeTrace } from '../lockstep.ts'
import { isFree } from './free-rule.ts'
import { opened, playedOut, type Steps } from './player.ts'
import { same } from './same.ts'

/** How often the same few gradients come round, so that a run of any length stays a small scenario. */
const many = 10_000

const repeated = (scenario: Scenario, steps: number): Scenario => {
  const gradients = scenario.gradients as string[][]
  return { ...scenario, steps, gradients: Array.from({ length: steps }, (_, s) => gradients[s % gradients.length]!) }
}

/** Where counters wrap around, powers run out and sums saturate. To the bit, like every resumed run. */
export const longRuns: Check = {
  name: 'ten thousand steps',
  group: 'contract',
  claim:
    'a run of 10,000 steps follows its formula, or without one gives the same bits again, and goes on as before when it is resumed half-way',
  unless: ({ depth }) => (depth === 'full' ? undefined : 'long runs are made at full depth'),
  shape: () => ({ palettes: ['unit', 'mixed'], steps: [8, 16], vary: [] }),
  play: async (scenario, context) => {
    const { subject, rule, arithmetic, offer } = context
    const long = repeated(scenario, many)
    const trace = await drive(subject, long)
    const followed = [
      isFree(rule)
        ? same(long, await playedOut(subject, long), trace.steps, { reason: 'made once more, it gives other bits' })
        : judgeTrace(rule, arithmetic, trace),
    ]
    if (failed(followed[0]!) || !offer.features.includes('save')) return total(followed)
    return total([...followed, await resumedAt(many / 2, long, trace.steps, context)])
  },
  runs: { quick: 1, full: 1 },
  tries: 2,
}

async function resumedAt(after: number, long: Scenario, straight: Steps, { subject }: Context): Promise<Judgement> {
  const gradients = long.gradients as string[][]
  const part = (from: number, to: number): Scenario => ({
    ...long,
    steps: to - from,
    gradients: gradients.slice(from, to),
  })
  const first = part(0, after)
  const saved = await opened(subject, first, async player => {
    await player.all()
    return JSON.parse(JSON.stringify(await player.run.save!())) as Json
  })
  const x = straight[after - 1]!.x
  let k = 0
  const setup = setupOf(long)
  const groups = setup.groups.map(({ hyper, params }) => ({
    hyper,
    params: params.map(param => ({ ...param, value: x?.[k++]?.slice() ?? param.value })),
  }))
  const rest = await opened(subject, part(after, many), player => player.all(), { setup: { ...setup, groups }, saved })
  return same(long, rest, straight.slice(after), {
    from: after + 1,
    reason: `a run that was resumed after step ${after} goes on differently`,
  })
}

/** After so many steps each; what grows in every stretch has no end. Buffers that fill up first have time to. */
const stretch = { quick: 20, full: 1000 } as const
const stretches = 4

/** What is alive is counted, not weighed, so that equal means equal: no allowance is needed. */
export const nothingLeaks: Check = {
  name: 'nothing leaks',
  group: 'contract',
  claim: 'the number of tensors that are alive does not grow with the number of steps',
  shape: () => ({ palettes: ['unit'], steps: [2, 4] }),
  play: (scenario, { subject, depth }) =>
    opened(subject, scenario, async player => {
      const seen: number[] = []
      for (let round = 0; round < stretches; round++) {
        for (let step = 0; step < stretch[depth]; step++) await player.step(1 + (step % scenario.steps))
        const live = (await player.run.observe?.('live'))?.live
        if (live === undefined) return { observed: 0, proving: 0, notShown: 'the subject does not show what is alive' }
        seen.push(live)
      }
      const grows = seen.slice(1).every((live, k) => live > seen[k]!)
      const reason = `every ${stretch[depth]} steps leave more behind: ${seen.join(', ')} alive`
      return { observed: seen.length, proving: seen.length, ...(grows && { reason }) }
    }),
  runs: { quick: 1, full: 1 },
}
