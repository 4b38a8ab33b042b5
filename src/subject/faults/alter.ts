import { arrayFromBits, arrayToBits } from '../../numbers/bits.ts'
import type { Gradients, HyperValues, Json, Run, Setup, Subject } from '../subject.ts'

/** A fault on purpose, put around any subject: what a check that finds nothing is tried on. */
export type Fault = (subject: Subject) => Subject

/** A subject whose runs are changed; what the change does not mention stays. Steps are then taken one at a time. */
export function altered(
  subject: Subject,
  change: (run: Run, setup: Setup, saved: Json | undefined) => Partial<Run>,
): Subject {
  return {
    ...subject,
    open: async (setup, saved) => {
      const run = await subject.open(setup, saved)
      const changes = change(run, setup, saved)
      return { ...bound(run), ...(changes.step && { steps: undefined }), ...changes } as Run
    },
  }
}

const members = ['step', 'steps', 'point', 'set', 'add', 'save', 'observe', 'spoil', 'close'] as const

/** The methods of a run as own properties, so that they can be replaced one by one. */
function bound(run: Run): Partial<Run> {
  const own = members.flatMap(name => {
    const method = run[name] as ((...given: never[]) => unknown) | undefined
    return method ? [[name, method.bind(run)]] : []
  })
  return { ...(Object.fromEntries(own) as Partial<Run>), ...(run.copies && { copies: true }) }
}

/** Makes something else of the gradients before each step. */
export const fed = (subject: Subject, feed: (gradients: Gradients, step: number) => Gradients): Subject =>
  altered(subject, run => {
    let step = 0
    return { step: gradients => run.step(feed(gradients, ++step)) }
  })

/** Makes something else of the iterates after each step. */
export const moved = (
  subject: Subject,
  move: (x: Float64Array, k: number, setup: Setup, step: number) => Float64Array,
): Subject =>
  altered(subject, (run, setup) => {
    let step = 0
    return {
      step: async gradients => {
        step += 1
        return (await run.step(gradients))?.map((x, k) => move(x.slice(), k, setup, step))
      },
    }
  })

/** Opens with something else than it was asked to. */
export const openedWith = (subject: Subject, other: (setup: Setup) => Setup): Subject => ({
  ...subject,
  open: (setup, saved) => (saved === undefined ? subject.open(other(setup)) : subject.open(other(setup), saved)),
})

/** Changes the hyper-parameters of every group. */
export const hypers = (setup: Setup, change: (hyper: HyperValues, group: number) => HyperValues): Setup => ({
  ...setup,
  groups: setup.groups.map((group, at) => ({ ...group, hyper: change(group.hyper, at) })),
})

/** All parameters of a setup, in order. */
export const params = ({ groups }: Setup): Setup['groups'][number]['params'] => groups.flatMap(group => group.params)

/** Saves what the subject saves inside of something, and makes of it what it likes when it opens. */
export const savedAs = (
  subject: Subject,
  pack: (inner: Json, step: number) => Json,
  unpack: (saved: Json) => Json | undefined,
): Subject => {
  const wrapped = altered(subject, run => {
    let step = 0
    return {
      step: gradients => {
        step += 1
        return run.step(gradients)
      },
      save: async () => pack(await run.save!(), step),
    }
  })
  return {
    ...wrapped,
    open: (setup, saved) => {
      const inner = saved === undefined ? undefined : unpack(saved)
      return inner === undefined ? wrapped.open(setup) : wrapped.open(setup, inner)
    },
  }
}

export const field = (saved: Json, name: string): Json => (saved as Record<string, Json>)[name]!

/** Zeros in place of absent gradients. */
export const zeros = (gradients: Gradients, setup: Setup): Gradients =>
  gradients.map((given, k) => given ?? new Float64Array(params(setup)[k]!.value.length))

/** The bits of every state array that a rule as a subject saves, with fewer digits. */
export const shortened = (saved: Json): Json =>
  JSON.parse(JSON.stringify(saved), (_, value: unknown) =>
    typeof value === 'string' && /^([0-9a-f]{16})+$/.test(value)
      ? arrayToBits(
          arrayFromBits(value, 'float64').map(each => Number(each.toPrecision(6))),
          'float64',
        )
      : value,
  ) as Json
