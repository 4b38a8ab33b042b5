import type { Json } from '../subject.ts'
import { altered, type Fault, fed, field, hypers, openedWith, params, savedAs, shortened, zeros } from './alter.ts'

/** Faults in what is kept from step to step, and for whom. */
export const stateFaults = {
  'state is lost when it is resumed': subject =>
    savedAs(
      subject,
      inner => inner,
      () => undefined,
    ),
  'state is lost when it is resumed after step 3': subject =>
    savedAs(
      subject,
      (inner, step) => ({ inner, step }),
      saved => (field(saved, 'step') === 3 ? undefined : field(saved, 'inner')),
    ),
  'state is lost when it is resumed after step 7': subject =>
    savedAs(
      subject,
      (inner, step) => ({ inner, step }),
      saved => (Number(field(saved, 'step')) === 7 ? undefined : field(saved, 'inner')),
    ),
  'the hyper-parameters are lost when it is resumed': subject => ({
    ...subject,
    open: (setup, saved) =>
      saved === undefined
        ? subject.open(setup)
        : subject.open(
            hypers(setup, () => ({})),
            saved,
          ),
  }),
  'state is lost when it is resumed after 5,000 steps': subject =>
    savedAs(
      subject,
      (inner, step) => ({ inner, step }),
      saved => (field(saved, 'step') === 5000 ? undefined : field(saved, 'inner')),
    ),
  'an infinity is lost in JSON, and state with it': subject =>
    savedAs(
      subject,
      inner => ({ inner, largest: Number.POSITIVE_INFINITY }),
      saved => (field(saved, 'largest') === null ? undefined : field(saved, 'inner')),
    ),
  'a negative zero is lost in JSON, and state with it': subject =>
    savedAs(
      subject,
      inner => ({ inner, least: -0 }),
      saved => (Object.is(field(saved, 'least'), -0) ? field(saved, 'inner') : undefined),
    ),
  'an infinity in the state is lost when it is resumed': subject =>
    savedAs(
      subject,
      // The exponent of an infinity is all ones; JSON makes null of such a number, and a typed array zero of that.
      inner => JSON.parse(JSON.stringify(inner).replace(/7ff0{13}/g, '0'.repeat(16))) as Json,
      saved => saved,
    ),
  'state is saved with six digits': subject => savedAs(subject, shortened, saved => saved),
  'saving makes a step': subject =>
    altered(subject, (run, setup) => ({
      save: async () => {
        const saved = await run.save!()
        await run.step(params(setup).map(({ value }) => value.map(() => 0.5)))
        return saved
      },
    })),
  'an absent gradient counts as zero': subject =>
    altered(subject, (run, setup) => ({ step: gradients => run.step(zeros(gradients, setup)) })),
  'without a gradient, its neighbours stop too': subject =>
    fed(subject, gradients => (gradients.includes(null) ? gradients.map(() => null) : gradients)),
  'a late parameter has counted one of the steps before': subject =>
    altered(subject, (run, setup) => {
      let step = 0
      return { step: gradients => run.step(++step === 1 ? zeros(gradients, setup) : gradients) }
    }),
  'a first gradient that comes late is refused': subject =>
    altered(subject, run => {
      let first: readonly boolean[] | undefined
      return {
        step: gradients => {
          first ??= gradients.map(values => values !== null)
          if (gradients.some((values, k) => values && !first![k])) throw new Error('expected a tensor, got none')
          return run.step(gradients)
        },
      }
    }),
  'a late group has counted one of the steps before': subject =>
    altered(subject, (run, setup) => ({
      add: async group => {
        await run.add!(group)
        await run.step([
          ...params(setup).map(() => null),
          ...group.params.map(({ value }) => new Float64Array(value.length)),
        ])
      },
    })),
  'groups share the hyper-parameters of the first': subject =>
    openedWith(subject, setup => hypers(setup, () => setup.groups[0]!.hyper)),
  'the third group has the hyper-parameters of the second': subject =>
    openedWith(subject, setup => hypers(setup, (_, group) => setup.groups[Math.min(group, 1)]!.hyper)),
} as const satisfies Readonly<Record<string, Fault>>
