import { arrayFromBits } from '../../numbers/bits.ts'
import { checked, drive, prescribed, setupOf } from '../../subject/driver.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { Awaitable, Gradients, Json, Played, Run, Setup, Subject } from '../../subject/subject.ts'

/** What each step of a run gave; steps that were not played are left out at the front. */
export type Steps = readonly Played[]

/** One run along a scenario, step by step, for claims that do something in between. */
export class Player {
  readonly run: Run
  readonly #scenario: Scenario

  constructor(run: Run, scenario: Scenario) {
    this.run = run
    this.#scenario = scenario
  }

  /** Step `step` of the scenario (1 is the first), or one with other gradients; changes of hyper-parameters go before it. */
  async step(step: number, gradients: Gradients = prescribed(this.#scenario, step)): Promise<Played> {
    for (const change of this.#scenario.changes ?? [])
      if (change.step === step) await this.run.set!(change.group, change.hyper)
    return this.once(gradients)
  }

  async once(gradients: Gradients): Promise<Played> {
    if (this.run.steps) return checked(copied((await this.run.steps([gradients]))[0] ?? {}), this.#scenario)
    const x = await this.run.step(gradients)
    const state = (await this.run.observe?.())?.state
    return checked(copied({ ...(x && { x }), ...(state && { state }) }), this.#scenario)
  }

  /** The same run with the parameters of another scenario, once some were added. */
  on(scenario: Scenario): Player {
    return new Player(this.run, scenario)
  }

  /** All steps of the scenario, at once where that can be asked for. */
  async all(): Promise<Played[]> {
    const gradients = Array.from({ length: this.#scenario.steps }, (_, s) => prescribed(this.#scenario, s + 1))
    if (this.run.steps && !this.#scenario.changes) return (await this.run.steps(gradients)).map(copied)
    return this.steps(1, this.#scenario.steps)
  }

  /** The steps from one to another, both included. */
  async steps(from: number, to: number): Promise<Played[]> {
    const played: Played[] = []
    for (let step = from; step <= to; step++) played.push(await this.step(step))
    return played
  }
}

/** What was shown, taken out of the subject's hands: some give their own arrays, which they go on writing to. */
export const copied = ({ x, state }: Played): Played => ({
  ...(x && { x: x.map(values => values.slice()) }),
  ...(state && {
    state: state.map(each => Object.fromEntries(Object.entries(each).map(([name, values]) => [name, values.slice()]))),
  }),
})

/** Opens a run, lets it be played, and closes it whatever happens. */
export async function opened<T>(
  subject: Subject,
  scenario: Scenario,
  play: (player: Player) => Awaitable<T>,
  { setup = setupOf(scenario), saved }: { setup?: Setup; saved?: Json } = {},
): Promise<T> {
  const run = await (saved === undefined ? subject.open(setup) : subject.open(setup, saved))
  try {
    return await play(new Player(run, scenario))
  } finally {
    await run.close?.()
  }
}

/** A whole scenario. */
export const playedOut = async (subject: Subject, scenario: Scenario): Promise<Steps> =>
  (await drive(subject, scenario)).steps

/** Where every parameter starts. */
export const startsOf = ({ groups, format }: Scenario): Float64Array[] =>
  groups.flatMap(({ params }) => params.map(({ value }) => arrayFromBits(value, format)))

/** The names of all parameters, in order. */
export const namesOf = ({ groups }: Scenario): string[] =>
  groups.flatMap(({ params }) => params.map(({ name }) => name))
