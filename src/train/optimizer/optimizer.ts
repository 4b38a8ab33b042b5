import type * as tfjs from '@tensorflow/tfjs-core'
import { linkClosures } from '../../derive/closures.ts'
import { Decider } from '../../derive/decide.ts'
import { completeHyper } from '../../derive/hyper.ts'
import type { Runner } from '../../derive/meaning.ts'
import type { HyperValues } from '../../derive/stepper.ts'
import { replayStepper } from '../../derive/steppers.ts'
import type { Straight } from '../../derive/straight.ts'
import { type TensorLibrary, type Truth, tensor, type Value } from '../../derive/tensor.ts'
import { ieee } from '../../language/arithmetic.ts'
import { fold } from '../../language/fold.ts'
import type { Rule } from '../../language/rule.ts'
import { remember } from '../../numbers/remember.ts'
import type { Engine } from '../engines/engine.ts'

type Tensor = tfjs.Tensor

/** One parameter under the rule. */
interface Member {
  readonly variable: tfjs.Variable
  /** State variables as far as they were touched. */
  readonly state: Map<string, Tensor>
  readonly written: Set<string>
  t: number
}

/** State and clocks of an optimizer on the host: arrays by parameter and by the rule's name of the variable. */
export interface OptimizerState {
  readonly clock: number
  readonly parameters: Readonly<
    Record<string, { t: number; written: readonly string[]; state: Readonly<Record<string, Float32Array>> }>
  >
}

/**
 * Any rule as an optimizer of named float32 tensors, on any engine: its `tensor` meaning, step by step. It moves the
 * variables that it was given, and never changes a gradient.
 */
export class RuleOptimizer {
  readonly rule: Rule
  readonly #tf: Engine['tf']
  readonly #members: ReadonlyMap<string, Member>
  readonly #decider: Decider
  readonly #runners = new Map<Straight, Runner<Value<Tensor>>>()
  readonly #operations
  /** Tensors of the scalars of this step, which its parameters share. */
  readonly #scalars = new Map<number, Tensor>()
  #hyper: HyperValues
  #clock = 0

  /** Throws a HyperError where the hyper-parameters are not those of the rule, or outside their domains. */
  constructor(engine: Engine, rule: Rule, hyper: HyperValues, parameters: ReadonlyMap<string, tfjs.Variable>) {
    this.rule = rule
    this.#tf = engine.tf
    this.#hyper = completeHyper(rule, hyper)
    this.#decider = new Decider(rule, 'float32', ieee)
    this.#operations = tensor<Tensor>(engine.tf as TensorLibrary<Tensor>, value => this.#lift(value))
    this.#members = new Map(
      [...parameters].map(([name, variable]) => [
        name,
        { variable, state: new Map<string, Tensor>(), written: new Set<string>(), t: 0 },
      ]),
    )
  }

  get hyper(): HyperValues {
    return this.#hyper
  }

  /** Changes hyper-parameters; they are in force from the next step, and its look-ahead, on. */
  set(changed: HyperValues): void {
    this.#hyper = completeHyper(this.rule, { ...this.#hyper, ...changed })
  }

  /** Whether the rule takes its gradient ahead of the parameters. */
  get looksAhead(): boolean {
    const { at } = this.rule
    return !(at.op === 'name' && at.id === 'x')
  }

  /** Where the next gradient is to be taken, by parameter: new tensors, which are the caller's to dispose. */
  lookAhead(): Map<string, Tensor> {
    return this.#inStep(() => new Map([...this.#members].map(([name, member]) => [name, this.#point(member)])))
  }

  /** One step; a parameter without a gradient stays where it is, and so do its state and its clock. */
  step(gradients: ReadonlyMap<string, Tensor | null>): void {
    this.#clock += 1
    for (const [name, member] of this.#members) {
      const gradient = gradients.get(name)
      if (gradient) this.#move(member, gradient)
    }
    this.#drop()
  }

  /** The state of a parameter by the rule's names, as far as it was written; the tensors stay the optimizer's. */
  state(name: string): Map<string, Tensor> {
    const { state, written } = this.#members.get(name)!
    return new Map([...state].filter(([id]) => written.has(id)))
  }

  /** All that a later optimizer needs to go on from here. */
  async save(): Promise<OptimizerState> {
    const parameters: Record<string, OptimizerState['parameters'][string]> = {}
    for (const [name, { t, written }] of this.#members) {
      const values: Record<string, Float32Array> = {}
      for (const [id, tensor] of this.state(name)) values[id] = (await tensor.data<'float32'>()).slice()
      parameters[name] = { t, written: [...written], state: values }
    }
    return { clock: this.#clock, parameters }
  }

  /** Goes on from a saved state of the same parameters. */
  load(saved: OptimizerState): void {
    this.#clock = saved.clock
    for (const [name, { t, written, state }] of Object.entries(saved.parameters)) {
      const member = this.#members.get(name)
      if (!member) throw new TypeError(`The saved state has a parameter '${name}', which this optimizer has not.`)
      member.t = t
      for (const id of written) member.written.add(id)
      for (const [id, values] of Object.entries(state))
        this.#replace(member, id, this.#tf.keep(this.#tf.tensor(values.slice(), member.variable.shape)))
    }
  }

  dispose(): void {
    for (const { state } of this.#members.values()) {
      for (const each of state.values()) each.dispose()
      state.clear()
    }
  }

  /** Runs the straight program of this step on one parameter: arrays of one element, which is a whole tensor. */
  #move(member: Member, gradient: Tensor): void {
    member.t += 1
    const t = this.rule.clock === 'optimizer' ? this.#clock : member.t
    const program = this.#decider.decide({ hyper: this.#hyper, t, written: id => member.written.has(id) })
    const run = remember(this.#runners, program, () => linkClosures(program, this.#operations))
    const outcome = this.#tf.tidy(() => {
      const arrays = new Map<string, Value<Tensor>[]>([['g', [gradient]]])
      const arrayOf = (id: string): Value<Tensor>[] =>
        remember(arrays, id, () => [id === 'x' ? member.variable : this.#stateOf(member, id)])
      run(id => (id === 't' ? t : Number(this.#hyper[id])), arrayOf, 1)
      return program.stores.map(({ id }) => this.#own(arrays.get(id)![0]!, member.variable.shape))
    })
    for (const [k, { id }] of program.stores.entries()) {
      const value = outcome[k]!
      if (id === 'x') {
        member.variable.assign(value)
        value.dispose()
      } else {
        this.#replace(member, id, this.#tf.keep(value))
        member.written.add(id)
      }
    }
  }

  /** A tensor of its own with the shape of the parameter: a step may store a scalar, or a tensor that is another's. */
  #own(value: Value<Tensor>, shape: number[]): Tensor {
    return typeof value === 'number' || value.shape.length !== shape.length
      ? this.#tf.add(this.#tf.zeros(shape), typeof value === 'number' ? this.#lift(value) : value)
      : this.#tf.clone(value)
  }

  #replace(member: Member, id: string, value: Tensor): void {
    member.state.get(id)?.dispose()
    member.state.set(id, value)
  }

  #stateOf(member: Member, id: string): Tensor {
    return remember(member.state, id, () => {
      const start = replayStepper(this.rule, 'float32', ieee).begin([0], this.#hyper).state.get(id)![0]!
      return this.#tf.keep(this.#tf.fill(member.variable.shape, start))
    })
  }

  #point(member: Member): Tensor {
    const { shape } = member.variable
    const name = (id: string): Value<Tensor> => {
      if (id === 'x') return member.variable
      if (id in this.rule.state) return this.#stateOf(member, id)
      return id === 't' ? member.t + 1 : Number(this.#hyper[id])
    }
    const flag = (id: string): Truth<Tensor> => this.#hyper[id] === true
    const first = (id: string): never => {
      throw new TypeError(`first(${id}) is asked in a step only`)
    }
    return this.#own(fold(this.rule.at, { ...this.#operations, name, flag, first }), shape)
  }

  #lift(value: number): Tensor {
    // A map takes -0 for 0.
    if (Object.is(value, -0)) return this.#tf.scalar(value)
    return remember(this.#scalars, value, () => this.#tf.keep(this.#tf.scalar(value)))
  }

  #inStep(work: () => Map<string, Tensor>): Map<string, Tensor> {
    const points = new Map<string, Tensor>()
    this.#tf.tidy(() => {
      for (const [name, point] of work()) points.set(name, this.#tf.keep(point))
    })
    this.#drop()
    return points
  }

  #drop(): void {
    for (const scalar of this.#scalars.values()) scalar.dispose()
    this.#scalars.clear()
  }
}
