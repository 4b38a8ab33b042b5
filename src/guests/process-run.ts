import { arrayFromBits } from '../numbers/bits.ts'
import { formats } from '../numbers/formats.ts'
import type { Bits } from '../subject/scenario.ts'
import type {
  Feature,
  Format,
  Gradients,
  Group,
  HyperValues,
  Json,
  Observed,
  Played,
  Run,
  Setup,
  StateValues,
} from '../subject/subject.ts'
import { GuestError, shown } from './error.ts'
import { type Ask, encodeGradients, encodeGroup } from './protocol.ts'

/** How much goes into one request: no more steps than take a guest about a second, and no endless line. */
const batch = { steps: 256, characters: 4e6, milliseconds: 1000 }

/** How fast a guest is: the limit of a request is then one of a step, however slow its steps are. */
export class Pace {
  #steps = 1

  /** How many steps a request may ask for. */
  get steps(): number {
    return this.#steps
  }

  /** So many steps took so long. */
  learn(steps: number, milliseconds: number): void {
    const fitting = Math.floor((batch.milliseconds * steps) / Math.max(milliseconds, 1))
    // What was quick once may not stay so.
    this.#steps = Math.max(1, Math.min(batch.steps, fitting, 16 * this.#steps))
  }
}

/** A run in another process. What comes back is checked for its shape; what the numbers are, others judge. */
export class ProcessRun implements Run {
  readonly copies = true
  readonly point?: () => Promise<Float64Array[]>
  readonly spoil?: () => Promise<void>
  readonly #ask: Ask
  readonly #run: string
  readonly #format: Format
  readonly #sizes: { name: string; length: number }[]
  readonly #state: 'every' | 'none'
  readonly #pace: Pace
  #last: StateValues[] | undefined

  constructor(ask: Ask, run: string, setup: Setup, features: readonly Feature[], pace = new Pace()) {
    this.#ask = ask
    this.#run = run
    this.#pace = pace
    this.#format = setup.format
    this.#sizes = setup.groups.flatMap(sizesOf)
    this.#state = features.includes('state') ? 'every' : 'none'
    if (features.includes('point')) this.point = () => this.#point()
    if (features.includes('spoil')) this.spoil = async () => void (await ask({ do: 'spoil', run }, 'none'))
  }

  async step(gradients: Gradients): Promise<Float64Array[]> {
    const [played] = await this.steps([gradients])
    return played!.x
  }

  async steps(many: Gradients[]): Promise<(Played & { x: Float64Array[] })[]> {
    const played: (Played & { x: Float64Array[] })[] = []
    const characters = this.#sizes.reduce((sum, { length }) => sum + length, 0) * formats[this.#format].bytes * 2
    const fitting = Math.max(1, Math.floor(batch.characters / Math.max(1, characters)))
    while (played.length < many.length) {
      const size = Math.min(fitting, this.#pace.steps)
      const started = performance.now()
      const steps = await this.#batch(many.slice(played.length, played.length + size))
      this.#pace.learn(steps.length, performance.now() - started)
      played.push(...steps)
    }
    return played
  }

  async #batch(many: Gradients[]) {
    const gradients = many.map(step => encodeGradients(step, this.#format))
    const { steps } = await this.#ask({ do: 'steps', run: this.#run, gradients, state: this.#state }, 'steps')
    if (steps.length !== many.length) throw garbage(`expected ${many.length} steps, got ${steps.length}`)
    return steps.map(({ x, state }) => {
      this.#last = state ? this.#stateOf(state) : undefined
      return { x: this.#values(x, 'x'), ...(this.#last && { state: this.#last }) }
    })
  }

  async set(group: number, hyper: HyperValues): Promise<void> {
    await this.#ask({ do: 'set', run: this.#run, group, hyper }, 'none')
  }

  async add(group: Group): Promise<void> {
    await this.#ask({ do: 'add', run: this.#run, group: encodeGroup(group, this.#format) }, 'none')
    this.#sizes.push(...sizesOf(group))
  }

  save(): Promise<Json> {
    return this.#ask({ do: 'save', run: this.#run }, 'none')
  }

  /** What the guest shows of itself; a guest that has no `observe` shows the state of its last step. */
  async observe(wanted?: 'live'): Promise<Observed> {
    try {
      const { state, gradients, ...rest } = await this.#ask(
        { do: 'observe', run: this.#run, ...(wanted === 'live' && { live: true }) },
        'observe',
      )
      const present = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined)
      return {
        ...Object.fromEntries(present),
        ...(state ? { state: this.#stateOf(state) } : this.#last && { state: this.#last }),
        ...(gradients && {
          gradients: gradients.map((bits, k) => (bits === null ? null : this.#array(bits, k, 'gradient'))),
        }),
      }
    } catch (error) {
      if (!(error instanceof GuestError && error.kind === 'refused')) throw error
      return this.#last ? { state: this.#last } : {}
    }
  }

  /** A guest that is gone has nothing left to close. */
  async close(): Promise<void> {
    await this.#ask({ do: 'close', run: this.#run }, 'none').catch(() => {})
  }

  async #point(): Promise<Float64Array[]> {
    return this.#values((await this.#ask({ do: 'point', run: this.#run }, 'point')).x, 'point')
  }

  #values(bits: Bits[], what: string): Float64Array[] {
    if (bits.length !== this.#sizes.length)
      throw garbage(`${what}: expected ${this.#sizes.length} arrays, got ${bits.length}`)
    return bits.map((value, k) => this.#array(value, k, what))
  }

  #stateOf(state: Record<string, Bits>[]): StateValues[] {
    if (state.length !== this.#sizes.length)
      throw garbage(`state: expected ${this.#sizes.length} parameters, got ${state.length}`)
    return state.map((variables, k) => {
      const decoded = Object.entries(variables).map(([name, bits]) => [name, this.#array(bits, k, `state ${name}`)])
      return Object.fromEntries(decoded)
    })
  }

  #array(bits: Bits, parameter: number, what: string): Float64Array {
    const size = this.#sizes[parameter]
    const expected = `expected ${size?.length} ${this.#format} numbers as bits`
    try {
      const values = arrayFromBits(bits, this.#format)
      if (values.length === size?.length) return values
    } catch {
      throw garbage(`${what} of parameter ${size?.name}: ${expected}, got ${shown(bits)}`)
    }
    throw garbage(
      `${what} of parameter ${size?.name}: ${expected}, got ${bits.length / formats[this.#format].bytes / 2} (${shown(bits)})`,
    )
  }
}

const sizesOf = ({ params }: Group) => params.map(({ name, value }) => ({ name, length: value.length }))

const garbage = (what: string) =>
  new GuestError('garbage', `The guest returned something else than was asked for: ${what}.`)
