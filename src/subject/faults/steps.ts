import type { Gradients, HyperValues, Played } from '../subject.ts'
import { altered, type Fault, fed, hypers, moved, openedWith, params } from './alter.ts'

/** Faults in what a step reads, writes or computes. */
export const stepFaults = {
  'a step writes to its gradient': subject =>
    altered(subject, run => ({
      step: async gradients => {
        const x = await run.step(gradients)
        for (const values of gradients) values?.fill(0)
        return x
      },
    })),
  'a step writes to the gradient of the step before': subject =>
    altered(subject, run => {
      let last: Gradients = []
      return {
        step: gradients => {
          for (const values of last) values?.fill(0)
          last = gradients
          return run.step(gradients)
        },
      }
    }),
  'the start is kept by reference': subject =>
    moved(subject, (x, k, setup) => x.map((value, i) => value + 0 * params(setup)[k]!.value[i]!)),
  'a gradient is kept by reference, and read in the next step': subject => {
    return altered(subject, run => {
      let last: Gradients = []
      return {
        step: gradients => {
          const mixed = gradients.map((values, k) => values?.map((g, i) => g + (last[k]?.[i] ?? 0) / 2) ?? null)
          last = gradients
          return run.step(mixed)
        },
      }
    })
  },
  'the memory beside a parameter is written to': subject =>
    altered(subject, run => ({ observe: async () => ({ ...(await run.observe!()), surroundings: false }) })),
  'the strides of a parameter are ignored': subject =>
    moved(subject, (x, k, setup) => (params(setup)[k]!.strides ? x.reverse() : x)),
  'a matrix is taken for its first row': subject =>
    moved(subject, (x, k, setup) => {
      const { shape = [], value } = params(setup)[k]!
      return shape.length === 2 ? x.map((each, i) => (i < shape[1]! ? each : value[i]!)) : x
    }),
  'each run gives other bits': subject => {
    let runs = 0
    return altered(subject, run => {
      const own = ++runs
      return { step: async gradients => (await run.step(gradients))?.map(x => x.map(value => value + own * 2 ** -20)) }
    })
  },
  'of steps asked for at once, the first is lost': subject =>
    altered(subject, run => ({
      steps: async many => {
        const played: Played[] = await run.steps!(many.length > 1 ? [many[1]!, ...many.slice(1)] : many)
        return played
      },
    })),
  'two instances share their last gradient': subject => {
    let last: Gradients = []
    const sharing = altered(subject, run => ({
      step: gradients => {
        const mixed = gradients.map((values, k) => values?.map((g, i) => g + (last[k]?.[i] ?? 0) / 2) ?? null)
        last = gradients.map(values => values?.slice() ?? null)
        return run.step(mixed)
      },
    }))
    return {
      ...sharing,
      open: (setup, saved) => {
        last = []
        return sharing.open(setup, saved)
      },
    }
  },
  'a change takes effect a step late': subject =>
    altered(subject, run => {
      const waiting: [number, HyperValues][] = []
      return {
        set: (group, hyper) => void waiting.push([group, hyper]),
        step: async gradients => {
          const x = await run.step(gradients)
          for (const [group, hyper] of waiting.splice(0)) await run.set!(group, hyper)
          return x
        },
      }
    }),
  'a change has no effect': subject => altered(subject, () => ({ set: () => {} })),
  'a default is another one': subject => openedWith(subject, setup => hypers(setup, hyper => ({ lr: 0.25, ...hyper }))),
  'a hyper-parameter is ignored': subject =>
    openedWith(subject, setup => hypers(setup, hyper => ('eps' in hyper ? { ...hyper, eps: 1e-8 } : hyper))),
  'maximizing doubles the gradient': subject =>
    altered(subject, (run, { groups }) => ({
      step: gradients =>
        run.step(groups[0]!.hyper.maximize ? gradients.map(values => values?.map(g => 2 * g) ?? null) : gradients),
    })),
  'what is outside of a domain is taken': subject =>
    openedWith(subject, setup =>
      hypers(setup, hyper =>
        Object.fromEntries(
          Object.entries(hyper).map(([name, value]) => [
            name,
            typeof value === 'number' ? Math.min(Math.abs(value), 0.5) : value,
          ]),
        ),
      ),
    ),
  'the remainder of a loop over eight is left out': subject =>
    moved(subject, (x, k, setup) => {
      const { value } = params(setup)[k]!
      const whole = x.length - (x.length % 8)
      return x.map((each, i) => (x.length > 8 && i >= whole ? value[i]! : each))
    }),
  'parameters from the fifth on do not move': subject =>
    moved(subject, (x, k, setup) => (k < 4 ? x : params(setup)[k]!.value)),
  'elements from the 1,024th on do not move': subject =>
    moved(subject, (x, k, setup) => x.map((each, i) => (i < 1024 ? each : params(setup)[k]!.value[i]!))),
  'an empty parameter is refused': subject =>
    fed(subject, gradients => {
      if (gradients.some(values => values?.length === 0)) throw new Error('division by zero')
      return gradients
    }),
  'beside an empty parameter nothing moves': subject =>
    fed(subject, gradients => (gradients.some(values => values?.length === 0) ? gradients.map(() => null) : gradients)),
  'float64 is computed in float32': subject => ({
    ...subject,
    open: (setup, saved) => {
      const rounded = setup.groups.map(group => ({
        ...group,
        params: group.params.map(param => ({ ...param, value: param.value.map(Math.fround) })),
      }))
      const single = altered(subject, run => ({
        step: gradients => run.step(gradients.map(values => values?.map(Math.fround) ?? null)),
      }))
      return single.open({ ...setup, format: 'float32', groups: rounded }, saved)
    },
  }),
  'the rate passes through float32': subject =>
    openedWith(subject, setup => hypers(setup, hyper => ({ ...hyper, lr: Math.fround(Number(hyper.lr)) }))),
  'gradients pass through float32': subject =>
    fed(subject, gradients => gradients.map(values => values?.map(Math.fround) ?? null)),
  'state is kept in float32': subject =>
    altered(subject, run => ({
      observe: async () => {
        const observed = await run.observe!()
        const low = (row: Record<string, string>): Record<string, string> =>
          Object.fromEntries(Object.entries(row).map(([name, dtype]) => [name, name === 'x' ? dtype : 'float32']))
        return { ...observed, dtypes: observed.dtypes!.map(low) }
      },
    })),
  'the count of steps wraps around at 4,096': subject =>
    moved(subject, (x, k, setup, step) => (step > 4096 ? params(setup)[k]!.value : x)),
  'each step leaves a tensor behind': subject =>
    altered(subject, run => {
      let left = 0
      return {
        step: gradients => {
          left += 1
          return run.step(gradients)
        },
        observe: async () => ({ ...(await run.observe!()), live: left }),
      }
    }),
} as const satisfies Readonly<Record<string, Fault>>
