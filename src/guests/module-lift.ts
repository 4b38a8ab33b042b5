import { formats } from '../numbers/formats.ts'
import type { Feature, Format, HyperValues, Json, StateValues } from '../subject/subject.ts'
import { shown } from './error.ts'
import type { KnownHyper } from './module-hyper.ts'
import { RunnerFault } from './runner-fault.ts'

/** What a user's function returns: an optimizer of one parameter. */
export interface UserOptimizer {
  /** The iterate after a step. The gradient is the caller's, who overwrites it in the next step: what is kept is copied. */
  step(gradient: Float64Array): ArrayLike<number> | Promise<ArrayLike<number>>
  /** State variables by the names that the rule gives them. */
  state?(): Readonly<Record<string, ArrayLike<number>>>
  /** What `load` of a fresh instance goes on from; typed arrays and every number are kept. */
  save?(): unknown
  load?(saved: never): void
  /** Takes effect in the next step; gets all hyper-parameters. */
  set?(hyper: never): void
  /** Where the next gradient is to be taken; absent where that is the iterate. */
  point?(): ArrayLike<number>
}

/** An optimizer as a function of its hyper-parameters, by the rule's names, and its starting point, which it may keep. */
export type UserFunction = (hyper: never, x0: Float64Array) => UserOptimizer

/** A user's module, with everything that it may leave out filled in. */
export interface UserModule {
  name: string
  format: Format
  /** Its own hyper-parameters, where it tells them: it can then be asked without a rule. */
  defaults?: HyperValues
  create: UserFunction
}

/** One parameter of a run, with its own instance of the user's function. */
export class LiftedParameter {
  readonly name: string
  readonly group: number
  x: Float64Array
  gradient: Float64Array | null = null
  readonly #format: Format
  readonly #optimizer: UserOptimizer

  constructor(module: UserModule, name: string, group: number, hyper: KnownHyper, x0: Float64Array) {
    this.name = name
    this.group = group
    this.x = x0
    this.#format = module.format
    const optimizer: unknown = module.create(hyper.given() as never, x0.slice())
    if (typeof (optimizer as UserOptimizer | undefined)?.step !== 'function') {
      throw new RunnerFault(
        'garbage',
        `the function of ${module.name} returned ${shown(optimizer)}. Expected an object with a function step(gradient).`,
      )
    }
    this.#optimizer = optimizer as UserOptimizer
  }

  /** What this instance can do beside stepping. */
  get features(): Feature[] {
    const { state, save, load, set, point } = this.#optimizer
    const has: [Feature, boolean][] = [
      ['state', typeof state === 'function'],
      ['save', typeof save === 'function' && typeof load === 'function'],
      ['set', typeof set === 'function'],
      ['point', typeof point === 'function'],
    ]
    return has.filter(([, present]) => present).map(([feature]) => feature)
  }

  /** A parameter without a gradient is not stepped. */
  async step(gradient: Float64Array | null): Promise<void> {
    // A copy, so that what the function does to it can be seen: contracts ask.
    this.gradient = gradient?.slice() ?? null
    if (this.gradient) this.x = this.#numbers(await this.#optimizer.step(this.gradient), 'step(gradient)')
  }

  async point(): Promise<Float64Array> {
    return this.#numbers(await this.#optimizer.point!(), 'point()')
  }

  async state(): Promise<StateValues> {
    const state: unknown = (await this.#optimizer.state?.()) ?? {}
    if (typeof state !== 'object') throw this.#garbage('state()', state, 'an object of arrays by name')
    return Object.fromEntries(
      Object.entries(state as object).map(([name, values]) => [name, this.#numbers(values, `state().${name}`)]),
    )
  }

  async set(hyper: KnownHyper): Promise<void> {
    if (!this.#optimizer.set)
      throw new RunnerFault(
        'refused',
        'the optimizer has no function set(hyper), so that nothing can be changed on the way.',
      )
    await this.#optimizer.set(hyper.given() as never)
  }

  async save(): Promise<Json> {
    if (!this.#optimizer.save) throw new RunnerFault('refused', 'the optimizer has no function save().')
    return toJson((await this.#optimizer.save()) ?? null)
  }

  async load(saved: Json): Promise<void> {
    if (!this.#optimizer.load) throw new RunnerFault('refused', 'the optimizer has no function load(saved).')
    await this.#optimizer.load(fromJson(saved) as never)
  }

  /** The user's numbers, copied; anything but as many numbers of the format as the parameter has is garbage. */
  #numbers(values: unknown, from: string): Float64Array {
    const size = this.x.length
    const array =
      values instanceof Float64Array || values instanceof Float32Array || Array.isArray(values) ? values : undefined
    if (array?.length !== size || !Array.prototype.every.call(array, value => typeof value === 'number')) {
      throw this.#garbage(from, values, `a Float64Array of ${size} numbers`)
    }
    const { round } = formats[this.#format]
    const copy = Float64Array.from(array)
    const wrong = copy.find(value => !Object.is(round(value), value))
    if (wrong !== undefined) {
      throw new RunnerFault(
        'garbage',
        `${from} of parameter ${this.name} returned ${wrong}, which is not a ${this.#format} number; round with Math.fround.`,
      )
    }
    return copy
  }

  #garbage(from: string, got: unknown, expected: string): RunnerFault {
    const length = (got as ArrayLike<number> | null | undefined)?.length
    const size = typeof length === 'number' ? ` (length ${length})` : ''
    return new RunnerFault(
      'garbage',
      `${from} of parameter ${this.name} returned ${shown(got)}${size}. Expected ${expected}.`,
    )
  }
}

const mark = '$float64'

/** What a user saves may hold typed arrays and numbers that JSON loses: -0, infinities, NaN. */
function toJson(value: unknown): Json {
  const exact = (_: string, item: unknown) => {
    if (ArrayBuffer.isView(item))
      return { [mark]: Array.from(item as Float64Array, String), type: item.constructor.name }
    if (typeof item === 'number' && !(Number.isFinite(item) && !Object.is(item, -0)))
      return { [mark]: Object.is(item, -0) ? '-0' : String(item) }
    return item
  }
  return JSON.parse(JSON.stringify(value, exact)) as Json
}

function fromJson(value: Json): Json {
  return JSON.parse(JSON.stringify(value), (_, item) => {
    const held = item?.[mark]
    const numbers = Array.isArray(held) ? held.map(Number) : []
    if (Array.isArray(held))
      return item.type === 'Float32Array' ? Float32Array.from(numbers) : Float64Array.from(numbers)
    return held === undefined ? item : Number(held)
  }) as Json
}
