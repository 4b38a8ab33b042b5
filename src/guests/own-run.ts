import type { Gradients, Group, HyperValues, Json, Observed, Played, Run } from '../subject/subject.ts'
import { GuestError } from './error.ts'
import type { Match } from './match-hyper.ts'

/** A run of a guest with names of its own, under the names of a rule. */
export class OwnRun implements Run {
  readonly #run: Run
  readonly #state: Match
  readonly #group: (group: Group) => Group
  readonly #hyper: (hyper: HyperValues) => HyperValues
  /** Only where the guest can. */
  readonly spoil?: () => Promise<void>
  readonly copies?: boolean

  constructor(run: Run, state: Match, group: (group: Group) => Group, hyper: (hyper: HyperValues) => HyperValues) {
    this.#run = run
    this.#state = state
    this.#group = group
    this.#hyper = hyper
    if (run.copies !== undefined) this.copies = run.copies
    if (run.spoil) this.spoil = async () => run.spoil!()
  }

  step(gradients: Gradients) {
    return this.#run.step(gradients)
  }

  async steps(many: Gradients[]): Promise<Played[]> {
    const played = (await this.#run.steps?.(many)) ?? []
    return played.map(({ state, ...step }) => ({ ...step, ...(state && { state: state.map(this.#named) }) }))
  }

  async set(group: number, hyper: HyperValues): Promise<void> {
    if (!this.#run.set) throw cannot('change a hyper-parameter on the way')
    await this.#run.set(group, this.#hyper(hyper))
  }

  async add(group: Group): Promise<void> {
    if (!this.#run.add) throw cannot('add a group')
    await this.#run.add(this.#group(group))
  }

  async save(): Promise<Json> {
    if (!this.#run.save) throw cannot('be saved')
    return this.#run.save()
  }

  async observe(wanted?: 'live'): Promise<Observed> {
    const { state, dtypes, ...rest } = (await this.#run.observe?.(wanted)) ?? {}
    return {
      ...rest,
      ...(state && { state: state.map(this.#named) }),
      ...(dtypes && { dtypes: dtypes.map(this.#renamed) }),
    }
  }

  async close(): Promise<void> {
    await this.#run.close?.()
  }

  /** Own names become the rule's; what was not matched keeps its own, since an array of another dtype often is not. */
  readonly #renamed = <T>(own: Readonly<Record<string, T>>): Record<string, T> => {
    const names = new Map([...this.#state.own].map(([as, name]) => [name, as]))
    return Object.fromEntries(Object.entries(own).map(([name, value]) => [names.get(name) ?? name, value]))
  }

  /** Own names become the rule's; what was not matched is left out. */
  readonly #named = <T>(own: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      [...this.#state.own].flatMap(([as, name]) => (own[name] === undefined ? [] : [[as, own[name]] as const])),
    )
}

const cannot = (what: string) => new GuestError('refused', `The optimizer cannot ${what}.`)
