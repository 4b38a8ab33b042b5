import type { Gradients, Group, HyperValues, Json, Observed, Run, Setup, Subject } from '../../subject/subject.ts'

/** One parameter of a run, and what an optimizer remembers of it; every row uses these fields as it likes. */
export interface Tensor<H> {
  readonly name: string
  readonly group: number
  readonly shape: readonly number[]
  readonly strides: readonly number[] | undefined
  readonly offset: number
  x: Float64Array
  t: number
  m: Float64Array
  v: Float64Array
  max: Float64Array
  hyper: H
}

/** An optimizer of several parameters, as a row writes it by hand. */
export interface Optimizer<H> {
  /** Hyper-parameters as they are when the caller gives none. */
  readonly defaults: H
  /** Takes one step of all parameters, in place. */
  step(tensors: readonly Tensor<H>[], gradients: Gradients): void
  /** What a parameter is given when it is added after the first step; default: the same as before it. */
  late?(tensor: Tensor<H>): void
  /** What is saved, and how a fresh run goes on from it; absent: it offers no resume. */
  save?(tensors: readonly Tensor<H>[]): Json
  load?(tensors: readonly Tensor<H>[], saved: Json): void
  /** It takes parameters in any layout in memory. */
  readonly strides?: true
}

const features = ['groups', 'absent', 'set', 'add', 'shapes', 'defaults'] as const

/** A hand-written optimizer as a subject: this gathers parameters and hands out copies; the steps are the row's own. */
export function whole<H extends HyperValues>(name: string, rule: string, begin: () => Optimizer<H>): Subject {
  const { defaults, save, strides } = begin()
  return {
    name,
    formats: ['float64'],
    offers: asked => {
      if (asked !== rule && asked !== '*') return { unsupported: `${name} follows ${rule} only.` }
      return {
        rule: asked,
        hyper: Object.keys(defaults),
        defaults,
        state: [],
        features: [...features, ...(save ? (['save'] as const) : []), ...(strides ? (['strides'] as const) : [])],
      }
    },
    open: (setup, saved) => new WholeRun(begin(), setup, saved),
  }
}

class WholeRun<H extends HyperValues> implements Run {
  readonly #optimizer: Optimizer<H>
  readonly #tensors: Tensor<H>[] = []
  #groups = 0
  #gradients: Gradients = []
  readonly save?: () => Json

  constructor(optimizer: Optimizer<H>, setup: Setup, saved?: Json) {
    this.#optimizer = optimizer
    for (const group of setup.groups) this.#take(group)
    if (saved !== undefined) optimizer.load?.(this.#tensors, saved)
    if (optimizer.save) this.save = () => optimizer.save!(this.#tensors)
  }

  #take({ hyper, params }: Group): Tensor<H>[] {
    const group = this.#groups++
    const fresh = params.map(
      ({ name, value, shape, strides, offset }): Tensor<H> => ({
        name,
        group,
        shape: shape ?? [value.length],
        strides,
        offset: offset ?? 0,
        x: value.slice(),
        t: 0,
        m: new Float64Array(value.length),
        v: new Float64Array(value.length),
        max: new Float64Array(value.length),
        hyper: { ...this.#optimizer.defaults, ...hyper },
      }),
    )
    this.#tensors.push(...fresh)
    return fresh
  }

  step(gradients: Gradients): Float64Array[] {
    this.#gradients = gradients
    this.#optimizer.step(this.#tensors, gradients)
    return this.#tensors.map(({ x }) => x.slice())
  }

  /** The caller's gradients as the step left them. */
  observe(): Observed {
    return { gradients: this.#gradients }
  }

  set(group: number, hyper: HyperValues): void {
    for (const tensor of this.#tensors) if (tensor.group === group) tensor.hyper = { ...tensor.hyper, ...hyper }
  }

  add(group: Group): void {
    for (const tensor of this.#take(group)) this.#optimizer.late?.(tensor)
  }
}
