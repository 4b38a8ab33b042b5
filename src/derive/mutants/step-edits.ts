import type { Rule } from '../../language/rule.ts'
import type { Statement } from '../../language/tree.ts'
import { contains, reads } from '../../language/walk.ts'
import { name, num, op } from './build.ts'
import { core, renamed } from './places.ts'

/** Another step, and what is wrong with it: a sentence without its full stop. */
export interface StepEdit {
  readonly step: readonly Statement[]
  readonly says: string
}

/** A name that the rule does not use yet. */
const fresh = ({ hyper, state, step }: Rule, wanted: string): string => {
  const taken = new Set([
    ...Object.keys(hyper),
    ...Object.keys(state),
    ...step.map(({ target }) => target),
    'x',
    'g',
    't',
  ])
  return taken.has(wanted) ? fresh({ hyper, state, step } as Rule, `${wanted}_`) : wanted
}

/** A state variable that is never updated. */
const forgotten = ({ step }: Rule): StepEdit[] =>
  step.flatMap(({ target, role }, at) =>
    role === 'state' ? [{ step: step.toSpliced(at, 1), says: `${target} is never updated` }] : [],
  )

/** Statements that change places, where one depends on the other: new state is read for old, or old for new. */
const swapped = ({ step }: Rule): StepEdit[] =>
  step.flatMap((moved, from) =>
    step.flatMap((other, to) => {
      if (to >= from || !depends(moved, other)) return []
      const without = step.toSpliced(from, 1)
      return [
        {
          step: without.toSpliced(to, 0, moved),
          says: `${moved.target} is updated before ${other.target}, not after it`,
        },
      ]
    }),
  )

const depends = (a: Statement, b: Statement): boolean =>
  a.target === b.target || reads(a.value, b.target) || reads(b.value, a.target)

/** One reader of a state variable sees it as it was before the step. */
const stale = (rule: Rule): StepEdit[] =>
  rule.step.flatMap(({ target, role }, at) => {
    if (role === 'local') return []
    const old = fresh(rule, `old_${target}`)
    const keep: Statement = { target: old, role: 'local', value: name(target) }
    return rule.step.flatMap((reader, later) => {
      if (later <= at || !reads(reader.value, target)) return []
      const value = renamed(reader.value, id => (id === target ? name(old) : undefined))
      return [
        {
          step: [keep, ...rule.step.with(later, { ...reader, value })],
          says: `${reader.target} is computed from ${target} as it was before the step`,
        },
      ]
    })
  })

/** A local that is a state variable divided by its bias correction is stored as that state variable. */
const corrected = ({ step }: Rule): StepEdit[] =>
  step.flatMap(({ target, role, value }, at) => {
    if (role !== 'local' || value.op !== 'div') return []
    const state = core(value.a)
    const isState = state.op === 'name' && step.some(each => each.role === 'state' && each.target === state.id)
    if (!isState || !contains(value.b, each => each.op === 'name' && each.id === 't')) return []
    const store: Statement = { target: state.id, role: 'state', value: name(target) }
    return [
      {
        step: step.toSpliced(at + 1, 0, store),
        says: `the bias correction is applied to the state ${state.id} itself`,
      },
    ]
  })

/** Weight decay that enters the gradient where it should move x, and the other way round. */
function decay(rule: Rule): StepEdit[] {
  const { hyper, step } = rule
  if (!('weight_decay' in hyper) || !('lr' in hyper)) return []
  const term = op('mul', name('weight_decay'), name('x'))
  const none = step.map(each => ({
    ...each,
    value: renamed(each.value, id => (id === 'weight_decay' ? num('0') : undefined)),
  }))
  const first = step.find(({ value }) => reads(value, 'weight_decay'))
  if (!first) return []
  if (reads(first.value, 'lr') || first.target === 'x') {
    const given = fresh(rule, 'decayed_g')
    const feed: Statement = { target: given, role: 'local', value: op('add', name('g'), term) }
    const fed = none.map(each => ({
      ...each,
      value: renamed(each.value, id => (id === 'g' ? name(given) : undefined)),
    }))
    return [{ step: [feed, ...fed], says: 'weight decay is coupled: it enters the gradient, and with it the averages' }]
  }
  const move: Statement = { target: 'x', role: 'x', value: op('sub', name('x'), op('mul', name('lr'), term)) }
  return [
    { step: [move, ...none], says: 'weight decay is decoupled: it moves x itself instead of entering the gradient' },
  ]
}

/** All classes of edits of a whole step, by name. */
export const stepEdits = {
  forgotten,
  order: swapped,
  'old state': stale,
  'state corrected': corrected,
  decay,
} as const satisfies Record<string, (rule: Rule) => readonly StepEdit[]>
