import { basename, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { arrayToBits } from '../numbers/bits.ts'
import type { Feature, HyperValues, Json } from '../subject/subject.ts'
import { shown } from './error.ts'
import { LiftedParameter, RunnerFault, type UserFunction, type UserModule } from './module-lift.ts'
import {
  decodeGradients,
  decodeGroup,
  encodeState,
  protocol,
  type Request,
  type WireGradients,
  type WireGroup,
  type WireObserved,
  type WireSetup,
} from './protocol.ts'

/** Imports a user's module and checks what it exports. */
export async function loadModule(path: string): Promise<UserModule> {
  const exported: Record<string, unknown> = await import(pathToFileURL(path).href)
  const { default: create, format = 'float64', name, defaults } = exported
  if (typeof create !== 'function') {
    throw new RunnerFault(
      'usage',
      `${path}: its default export is ${shown(create)}. Expected a function: export default (hyper, x0) => ({ step(gradient) { ... } }).`,
    )
  }
  if (format !== 'float32' && format !== 'float64') {
    throw new RunnerFault(
      'usage',
      `${path}: its export \`format\` is ${shown(format)}. Expected 'float32' or 'float64'.`,
    )
  }
  if (defaults !== undefined && !isHyper(defaults)) {
    throw new RunnerFault(
      'usage',
      `${path}: its export \`defaults\` is ${shown(defaults)}. Expected numbers and booleans by name: export const defaults = { lr: 0.001 }.`,
    )
  }
  return {
    create: create as UserFunction,
    format,
    ...(defaults !== undefined && { defaults }),
    name: typeof name === 'string' && name ? name : basename(path, extname(path)),
  }
}

const isHyper = (value: unknown): value is HyperValues =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every(each => typeof each === 'number' || typeof each === 'boolean')

/** All runs of a user's module, by the names that the requests give them. */
export class ModuleHost {
  readonly #module: UserModule
  readonly #runs = new Map<string, LiftedRun>()

  constructor(module: UserModule) {
    this.#module = module
  }

  /** The answer to a request; throws what becomes an error reply. */
  async answer(request: Request): Promise<unknown> {
    if (request.do === 'hello') {
      const { name, format, defaults } = this.#module
      const any = { hyper: Object.keys(defaults ?? {}), state: [], features: [], ...(defaults && { defaults }) }
      return { protocol, name, formats: [format], rules: { '*': any } }
    }
    if (request.do === 'open') return this.#open(request.run, request.setup, request.saved)
    if (request.do === 'bye') return {}
    const run = this.#runs.get(request.run)
    if (!run) throw new RunnerFault('usage', `there is no run ${shown(request.run)}. Open it first.`)
    return this.#inRun(run, request)
  }

  async #open(name: string, setup: WireSetup, saved: Json): Promise<{ features: Feature[] }> {
    if (setup.format !== this.#module.format) {
      throw new RunnerFault(
        'refused',
        `${this.#module.name} computes in ${this.#module.format}, not in ${setup.format}. Its export \`format\` says which.`,
      )
    }
    const run = new LiftedRun(this.#module)
    for (const group of setup.groups) run.add(group)
    if (saved !== null) await run.load(saved)
    this.#runs.set(name, run)
    return { features: run.features }
  }

  async #inRun(run: LiftedRun, request: Exclude<Request, { do: 'hello' | 'open' | 'bye' }>): Promise<unknown> {
    switch (request.do) {
      case 'steps':
        return { steps: await run.steps(request.gradients, request.state) }
      case 'set':
        return run.set(request.group, request.hyper)
      case 'save':
        return run.save()
      case 'spoil':
        return run.spoil()
      case 'observe':
        return run.observe()
      case 'close':
        return this.#runs.delete(request.run)
      default:
        throw new RunnerFault('refused', `a module cannot be asked to ${request.do}.`)
    }
  }
}

class LiftedRun {
  readonly #module: UserModule
  readonly #hyper: HyperValues[] = []
  readonly #parameters: LiftedParameter[] = []

  constructor(module: UserModule) {
    this.#module = module
  }

  get features(): Feature[] {
    const [first] = this.#parameters
    return first ? [...first.features, 'spoil'] : []
  }

  add(wire: WireGroup): void {
    const { hyper, params } = decodeGroup(wire, this.#module.format)
    const group = this.#hyper.push(hyper) - 1
    for (const { name, value } of params)
      this.#parameters.push(new LiftedParameter(this.#module, name, group, hyper, value))
  }

  async steps(many: WireGradients[], state: 'every' | 'last' | 'none') {
    const steps: { x: string[]; state?: WireObserved['state'] }[] = []
    for (const [k, wire] of many.entries()) {
      const gradients = decodeGradients(wire, this.#module.format)
      for (const [p, parameter] of this.#parameters.entries()) await parameter.step(gradients[p] ?? null)
      const wanted = state === 'every' || (state === 'last' && k === many.length - 1)
      steps.push({ x: this.#parameters.map(({ x }) => this.#bits(x)), ...(wanted && { state: await this.#state() }) })
    }
    return steps
  }

  async set(group: number, hyper: HyperValues): Promise<null> {
    this.#hyper[group] = { ...this.#hyper[group], ...hyper }
    for (const parameter of this.#parameters) if (parameter.group === group) await parameter.set(this.#hyper[group])
    return null
  }

  async observe(): Promise<WireObserved> {
    const gradients = this.#parameters.map(({ gradient }) => gradient && this.#bits(gradient))
    return { gradients, ...(this.features.includes('state') && { state: await this.#state() }) }
  }

  /** The arrays that the user's function was given; what it kept of them was a reference. */
  spoil(): null {
    for (const { gradient } of this.#parameters) gradient?.fill(Number.NaN)
    return null
  }

  async save(): Promise<Json> {
    const saved: Json[] = []
    for (const parameter of this.#parameters) saved.push(await parameter.save())
    return saved
  }

  async load(saved: Json): Promise<void> {
    for (const [k, parameter] of this.#parameters.entries()) await parameter.load((saved as Json[])[k] ?? null)
  }

  async #state() {
    const state: Record<string, string>[] = []
    for (const parameter of this.#parameters) state.push(encodeState(await parameter.state(), this.#module.format))
    return state
  }

  #bits(values: Float64Array): string {
    return arrayToBits(values, this.#module.format)
  }
}
