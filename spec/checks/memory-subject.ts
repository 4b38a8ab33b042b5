import type { Feature, Gradients, Offer, Run, Subject } from '../../src/subject/subject.ts'

const more: readonly Feature[] = ['shapes', 'strides', 'spoil']

/** A subject that shows what a framework with tensors shows: layouts, dtypes, its own copies of gradients. */
export function memorySubject(subject: Subject): Subject {
  return {
    ...subject,
    offers: asked => {
      const offer = subject.offers!(asked) as Offer
      return { ...offer, features: [...offer.features, ...more] }
    },
    open: async (setup, saved) => remembering((await subject.open(setup, saved)) as Run, setup.format),
  }
}

function remembering(run: Run, dtype: string): Run {
  let own: Gradients = []
  const step = async (gradients: Gradients): Promise<Float64Array[]> => {
    own = gradients
    return (await run.step(gradients))!
  }
  const observe: Run['observe'] = async () => {
    const { state = [] } = await run.observe!()
    const dtypes = state.map(each => Object.fromEntries(['x', ...Object.keys(each)].map(name => [name, dtype])))
    return { state, gradients: own, dtypes, surroundings: true, live: 7 }
  }
  return {
    copies: true,
    step: gradients => step(gradients.map(values => values?.slice() ?? null)),
    steps: async many => {
      const played = []
      for (const gradients of many) {
        const x = await step(gradients.map(values => values?.slice() ?? null))
        played.push({ x, state: (await observe()).state! })
      }
      return played
    },
    set: (group, hyper) => run.set!(group, hyper),
    add: group => run.add!(group),
    save: () => run.save!(),
    observe,
    spoil: () => {
      for (const values of own) values?.fill(Number.NaN)
    },
  }
}
