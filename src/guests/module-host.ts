import { basename, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { arrayToBits } from '../numbers/bits.ts'
import type { Feature, Format, HyperValues, Json } from '../subject/subject.ts'
import { shown } from './error.ts'
import { LiftedRun } from './lifted-run.ts'
import type { UserFunction, UserModule } from './module-lift.ts'
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
import { RunnerFault } from './runner-fault.ts'

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
  readonly #runs = new Map<string, WireRun>()

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
    const run = new WireRun(this.#module, setup.rule, setup.groups)
    if (saved !== null) await run.load(saved)
    this.#runs.set(name, run)
    return { features: run.features }
  }

  async #inRun(run: WireRun, request: Exclude<Request, { do: 'hello' | 'open' | 'bye' }>): Promise<unknown> {
    switch (request.do) {
      case 'steps':
        return { steps: await run.steps(request.gradients, request.state) }
      case 'set':
        return run.set(request.group, request.hyper)
      case 'point':
        return run.point()
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

/** A run as requests ask for it: numbers as bits. */
class WireRun {
  readonly #run: LiftedRun
  readonly #format: Format

  constructor(module: UserModule, rule: string, groups: readonly WireGroup[]) {
    this.#format = module.format
    this.#run = new LiftedRun(
      module,
      rule,
      groups.map(group => decodeGroup(group, module.format)),
    )
  }

  get features(): Feature[] {
    return [...this.#run.features, 'spoil']
  }

  async steps(many: WireGradients[], state: 'every' | 'last' | 'none') {
    const steps: { x: string[]; state?: WireObserved['state'] }[] = []
    for (const [k, wire] of many.entries()) {
      const x = await this.#run.step(decodeGradients(wire, this.#format))
      const wanted = state === 'every' || (state === 'last' && k === many.length - 1)
      steps.push({ x: x.map(values => this.#bits(values)), ...(wanted && { state: (await this.observe()).state }) })
    }
    return steps
  }

  set(group: number, hyper: HyperValues): Promise<void> {
    return this.#run.set(group, hyper)
  }

  async point(): Promise<{ x: string[] }> {
    if (!this.#run.point) throw new RunnerFault('refused', 'the optimizer has no function point().')
    return { x: (await this.#run.point()).map(values => this.#bits(values)) }
  }

  async observe(): Promise<WireObserved> {
    const { gradients = [], state } = await this.#run.observe()
    return {
      gradients: gradients.map(gradient => gradient && this.#bits(gradient)),
      ...(state && { state: state.map(values => encodeState(values, this.#format)) }),
    }
  }

  /** The arrays that the user's function was given; what it kept of them was a reference. */
  spoil(): null {
    this.#run.spoil()
    return null
  }

  save(): Promise<Json> {
    return this.#run.save()
  }

  load(saved: Json): Promise<void> {
    return this.#run.load(saved)
  }

  #bits(values: Float64Array): string {
    return arrayToBits(values, this.#format)
  }
}
