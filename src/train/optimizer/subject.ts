import { completeHyper } from '../../derive/hyper.ts'
import { type Arithmetic, ieee } from '../../language/arithmetic.ts'
import type { Rule } from '../../language/rule.ts'
import type { Gradients, HyperValues, Json, Offer, Run, Setup, StateValues, Subject } from '../../subject/subject.ts'
import type { Engine } from '../engines/engine.ts'
import { RuleOptimizer } from './optimizer.ts'

let opened = 0

/** The optimizer that trains networks on an engine, as a subject: what `verify` holds against the rule it was made of. */
export function optimizerSubject(engine: Engine, rule: Rule, arithmetic: Arithmetic = ieee): Subject {
  const offer: Offer = {
    rule: rule.id,
    hyper: Object.keys(rule.hyper),
    state: Object.values(rule.state).map(state => state.as),
    features: ['absent', 'set', 'save', 'state', 'point', 'defaults', 'shapes'],
    defaults: Object.fromEntries(Object.values(rule.hyper).map(({ name, default: value }) => [name, value])),
  }
  return {
    name: `lockstep:${engine.description.engine}`,
    version: engine.description.device,
    formats: ['float32'],
    arithmetic,
    offers: () => offer,
    open: (setup, saved) => OptimizerRun.open(engine, rule, setup, saved),
  }
}

class OptimizerRun implements Run {
  readonly copies = true
  readonly #engine: Engine
  readonly #rule: Rule
  readonly #names: readonly string[]
  readonly #variables
  readonly #optimizer: RuleOptimizer
  readonly #tensorsBefore: number

  static open(engine: Engine, rule: Rule, setup: Setup, saved?: Json): OptimizerRun {
    const run = new OptimizerRun(engine, rule, setup)
    if (saved !== undefined) run.#load(saved)
    return run
  }

  private constructor(engine: Engine, rule: Rule, { groups }: Setup) {
    const [group, another] = groups
    if (!group || another) throw new RangeError(`Expected one group of parameters, got ${groups.length}.`)
    const { tf } = engine
    this.#engine = engine
    this.#rule = rule
    this.#tensorsBefore = tf.memory().numTensors
    this.#names = group.params.map(({ name }, k) => `subject${++opened}/${k}/${name}`)
    this.#variables = group.params.map(({ value, shape }, k) => {
      const initial = tf.tensor(Float32Array.from(value), shape ?? [value.length])
      const variable = tf.variable(initial, true, this.#names[k])
      initial.dispose()
      return variable
    })
    const parameters = new Map(this.#names.map((name, k) => [name, this.#variables[k]!]))
    this.#optimizer = new RuleOptimizer(engine, rule, completeHyper(rule, group.hyper), parameters)
  }

  step(gradients: Gradients): Float64Array[] {
    const { tf } = this.#engine
    const given = new Map(
      this.#names.map((name, k) => {
        const gradient = gradients[k]
        return [name, gradient ? tf.tensor(Float32Array.from(gradient), this.#variables[k]!.shape) : null]
      }),
    )
    this.#optimizer.step(given)
    for (const tensor of given.values()) tensor?.dispose()
    return this.#variables.map(variable => Float64Array.from(variable.dataSync()))
  }

  point(): Float64Array[] {
    const points = this.#optimizer.lookAhead()
    return this.#names.map(name => {
      const point = points.get(name)!
      const values = Float64Array.from(point.dataSync())
      point.dispose()
      return values
    })
  }

  set(_: number, hyper: HyperValues): void {
    this.#optimizer.set(hyper)
  }

  async save(): Promise<Json> {
    const { clock, parameters } = await this.#optimizer.save()
    const members = this.#names.map(name => {
      const { t, written, state } = parameters[name]!
      // Numbers of binary32 survive as bytes; JSON has neither infinity nor -0.
      const bits = Object.entries(state).map(([id, values]): [string, number[]] => [
        id,
        [...new Uint32Array(values.buffer)],
      ])
      return { t, written: [...written], state: Object.fromEntries(bits) }
    })
    return { clock, members }
  }

  #load(saved: Json): void {
    type Members = { t: number; written: string[]; state: Record<string, number[]> }[]
    const { clock, members } = saved as unknown as { clock: number; members: Members }
    const parameters = members.map(({ t, written, state }, k) => {
      const values = Object.entries(state).map(([id, bits]) => [id, new Float32Array(Uint32Array.from(bits).buffer)])
      return [this.#names[k]!, { t, written, state: Object.fromEntries(values) }]
    })
    this.#optimizer.load({ clock, parameters: Object.fromEntries(parameters) })
  }

  observe(): { state: StateValues[]; live: number } {
    const visible = (name: string): StateValues => {
      const tensors = this.#optimizer.state(name)
      const of = (id: string): string => this.#rule.state[id]!.as
      return Object.fromEntries([...tensors].map(([id, each]) => [of(id), Float64Array.from(each.dataSync())]))
    }
    return {
      state: this.#names.map(visible),
      live: this.#engine.tf.memory().numTensors - this.#tensorsBefore,
    }
  }

  close(): void {
    this.#optimizer.dispose()
    for (const variable of this.#variables) variable.dispose()
  }
}
