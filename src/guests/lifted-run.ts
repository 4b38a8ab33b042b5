import type { Feature, Gradients, Group, HyperValues, Json, Observed, Run } from '../subject/subject.ts'
import { KnownHyper } from './module-hyper.ts'
import { LiftedParameter, type UserModule } from './module-lift.ts'

/** A run of a user's function: an instance for each parameter. Hyper-parameters come complete. */
export class LiftedRun implements Run {
  readonly #module: UserModule
  readonly #rule: string
  readonly #hyper: KnownHyper[] = []
  readonly #parameters: LiftedParameter[] = []
  /** Only where the function says where it takes its gradient: elsewhere that is the iterate. */
  readonly point?: () => Promise<Float64Array[]>

  constructor(module: UserModule, rule: string, groups: readonly Group[]) {
    this.#module = module
    this.#rule = rule
    for (const group of groups) this.add(group)
    if (this.features.includes('point')) this.point = () => this.#each(parameter => parameter.point())
  }

  /** What the function returns beside `step`. */
  get features(): Feature[] {
    return this.#parameters[0]?.features ?? []
  }

  add({ hyper: values, params }: Group): void {
    const hyper = new KnownHyper(this.#rule, values)
    const group = this.#hyper.push(hyper) - 1
    for (const { name, value } of params)
      this.#parameters.push(new LiftedParameter(this.#module, name, group, hyper, value.slice()))
  }

  async step(gradients: Gradients): Promise<Float64Array[]> {
    for (const [k, parameter] of this.#parameters.entries()) await parameter.step(gradients[k] ?? null)
    return this.#parameters.map(({ x }) => x)
  }

  async set(group: number, hyper: HyperValues): Promise<void> {
    const values = this.#hyper[group]!.changed(hyper)
    this.#hyper[group] = values
    for (const parameter of this.#parameters) if (parameter.group === group) await parameter.set(values)
  }

  /** The gradients as the function left them, and its state where it shows it. */
  async observe(): Promise<Observed> {
    const gradients = this.#parameters.map(({ gradient }) => gradient)
    return { gradients, ...(this.features.includes('state') && { state: await this.#each(each => each.state()) }) }
  }

  /** What the function kept of its gradients without copying it is worthless from here on. */
  spoil(): void {
    for (const { gradient } of this.#parameters) gradient?.fill(Number.NaN)
  }

  save(): Promise<Json> {
    return this.#each(parameter => parameter.save())
  }

  async load(saved: Json): Promise<void> {
    for (const [k, parameter] of this.#parameters.entries()) await parameter.load((saved as Json[])[k] ?? null)
  }

  async #each<T>(ask: (parameter: LiftedParameter) => Promise<T>): Promise<T[]> {
    const answers: T[] = []
    for (const parameter of this.#parameters) answers.push(await ask(parameter))
    return answers
  }
}
