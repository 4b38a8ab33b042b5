import { safeParse } from 'valibot'
import { completeHyper } from '../derive/hyper.ts'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { findRule } from '../rules/lookup.ts'
import type { Feature, Format, HyperValues, Json, Offer, Run, Setup, Subject, Unsupported } from '../subject/subject.ts'
import { Channel, type Command } from './channel.ts'
import { GuestError, label, shown } from './error.ts'
import { Pace, ProcessRun } from './process-run.ts'
import { type Answer, answers, encodeSetup, type Hello, type Request, type RuleEntry, type Shape } from './protocol.ts'

/** How a guest process is made a subject. */
export interface ProcessOptions {
  name: string
  /** The program, or how to find it when the guest is first needed. */
  start: Command | (() => Promise<Command>)
  /** The name that the guest gives itself replaces this one, once it is known. */
  ownName?: boolean
  /** What is believed until the guest said hello. */
  formats?: Format[]
  arithmetic?: Arithmetic
  bitExact?: boolean
  /** Finds a rule by its id, for guests that take any; default: the built-in rules. */
  findRule?: (id: string) => Rule
  /** Whether every open gets all hyper-parameters of the rule, the absent ones at the rule's defaults. */
  completeHyper?: boolean
  /** What `set` changes on the way, where the guest does not say; default: every hyper-parameter. */
  settable?: readonly string[]
}

/** A subject in another process. Its formats and version are known once it was connected, which `offers` and `open` do. */
export interface GuestSubject extends Subject {
  /** Starts the guest, if it is not running, and gives what it says of itself. */
  connect(): Promise<Hello>
  close(): Promise<void>
}

/** What a subject must tell before it can be asked without a rule. */
const withoutDefaults = (name: string): string =>
  `${name} does not tell its own hyper-parameters. Name a rule (--rule adam/pytorch), or give them with their defaults: in a module, export const defaults = { lr: 0.001 }`

const offerOf = (rule: string, { hyper, state, features, defaults, settable, notes }: RuleEntry): Offer => ({
  rule,
  hyper,
  state,
  features,
  ...(defaults && { defaults }),
  ...(settable && { settable }),
  ...(notes && notes.length > 0 && { notes }),
})

/** After so many broken processes a guest is not started again: each may cost a time-out. */
const mostFailures = 3

/** Any program that speaks lockstep/1 on its standard input and output. */
export function processSubject(options: ProcessOptions): GuestSubject {
  return new ProcessSubject(options)
}

class ProcessSubject implements GuestSubject {
  readonly arithmetic?: Arithmetic
  readonly bitExact?: boolean
  readonly #options: ProcessOptions
  #channel: Channel | undefined
  #greeting: Promise<Hello> | undefined
  #hello: Hello | undefined
  #failures: GuestError[] = []
  readonly #pace = new Pace()
  #runs = 0
  #attempt = 0

  constructor(options: ProcessOptions) {
    this.#options = options
    if (options.arithmetic) this.arithmetic = options.arithmetic
    if (options.bitExact !== undefined) this.bitExact = options.bitExact
  }

  get name(): string {
    return (this.#options.ownName && this.#hello?.name) || this.#options.name
  }

  get version(): string {
    return [this.#hello?.name, this.#hello?.version].filter(Boolean).join(' ') || this.name
  }

  get formats(): Format[] {
    return this.#hello?.formats ?? this.#options.formats ?? ['float32', 'float64']
  }

  connect(): Promise<Hello> {
    if (this.#greeting && !this.#channel?.failure) return this.#greeting
    this.#remember(this.#channel?.failure)
    const last = this.#failures.at(-1)
    if (last && (!this.#hello || this.#failures.length >= mostFailures)) return Promise.reject(last)
    this.#channel = undefined
    this.#greeting = this.#greet(++this.#attempt)
    return this.#greeting
  }

  async offers(rule: string): Promise<Offer | Unsupported> {
    const { rules = { '*': { hyper: [], state: [], features: [] } } } = await this.connect()
    if (rule === '*') return this.#offerOfNone(rules['*'])
    const id = Object.keys(rules).find(known => known === rule || known.split('/')[0] === rule)
    if (id !== undefined) return { ...this.#settable, ...offerOf(id, rules[id]!) }
    if (!rules['*']) {
      return { unsupported: `${this.name} does not have ${rule}; it has ${Object.keys(rules).map(label).join(', ')}` }
    }
    return this.#offerOfAny(rule, rules['*'].features)
  }

  get #settable(): Pick<Offer, 'settable'> {
    const { settable } = this.#options
    return settable ? { settable: [...settable] } : {}
  }

  async open(setup: Setup, saved?: Json): Promise<Run> {
    return (await this.#open(setup, saved)).run
  }

  async close(): Promise<void> {
    const channel = this.#channel
    this.#attempt += 1
    this.#channel = undefined
    this.#greeting = undefined
    await channel?.close()
  }

  async #greet(attempt: number): Promise<Hello> {
    const { start, name } = this.#options
    const command = typeof start === 'function' ? await start() : start
    if (attempt !== this.#attempt)
      throw new GuestError('refused', `${name} was closed while it started. Open it again.`)
    const channel = new Channel(command)
    this.#channel = channel
    const { name: own, version, ...hello } = await this.#ask(channel, { do: 'hello' }, 'hello')
    this.#hello = {
      ...hello,
      ...(own !== undefined && { name: label(own) }),
      ...(version !== undefined && { version: label(version) }),
    }
    return this.#hello
  }

  /** Without a rule: what the guest tells of its own hyper-parameters. Only an open run shows what a module can do. */
  async #offerOfNone(own: RuleEntry | undefined): Promise<Offer | Unsupported> {
    if (!own) return { unsupported: `${this.name} has several rules; name one`, ownRules: true }
    if (!own.defaults) return { unsupported: withoutDefaults(this.name) }
    const offer = offerOf('*', own)
    if (own.features.length > 0) return offer
    const groups = [{ hyper: own.defaults, params: [{ name: 'x', value: Float64Array.of(1) }] }]
    const { run, shown: seen } = await this.#open({ rule: '*', format: this.formats[0]!, groups })
    await run.close()
    return { ...offer, features: seen ?? [] }
  }

  /** A guest for any rule takes all hyper-parameters; what else it has, it shows when it is opened. */
  async #offerOfAny(id: string, features: Feature[]): Promise<Offer> {
    const rule = (this.#options.findRule ?? findRule)(id)
    const groups = [{ hyper: completeHyper(rule, {}), params: [{ name: 'x', value: Float64Array.of(1) }] }]
    const { run, shown: seen } = await this.#open({ rule: rule.id, format: this.formats[0]!, groups })
    await run.close()
    const offered = seen ?? features
    const state = offered.includes('state') ? Object.values(rule.state).map(variable => variable.as) : []
    return { rule: rule.id, hyper: Object.keys(rule.hyper), state, features: offered }
  }

  async #open(setup: Setup, saved?: Json) {
    const hello = await this.connect()
    const complete = this.#options.completeHyper ? this.#completed(setup, hello.rules?.[setup.rule]) : setup
    const run = `r${++this.#runs}`
    const request = { do: 'open', run, setup: encodeSetup(complete), saved: saved ?? null } as const
    const channel = this.#channel!
    const { features } = await this.#ask(channel, request, 'open')
    const offered = features ?? hello.rules?.[setup.rule]?.features ?? hello.rules?.['*']?.features ?? []
    return {
      run: new ProcessRun((asked, shape) => this.#ask(channel, asked, shape), run, complete, offered, this.#pace),
      shown: features,
    }
  }

  /** What the guest takes of the rule, the absent values at the rule's defaults; a guest that has its own may keep them. */
  #completed(setup: Setup, entry: RuleEntry | undefined): Setup {
    if (entry?.features.includes('defaults')) return setup
    if (setup.rule === '*') {
      const own = this.#hello?.rules?.['*']?.defaults
      return { ...setup, groups: setup.groups.map(group => ({ ...group, hyper: { ...own, ...group.hyper } })) }
    }
    const rule = (this.#options.findRule ?? findRule)(setup.rule)
    const taken = (hyper: HyperValues): HyperValues =>
      Object.fromEntries(Object.entries(hyper).filter(([name]) => !entry || entry.hyper.includes(name)))
    return {
      ...setup,
      groups: setup.groups.map(group => ({ ...group, hyper: taken(completeHyper(rule, group.hyper)) })),
    }
  }

  async #ask<K extends Shape>(channel: Channel, request: Request, shape: K): Promise<Answer<K>> {
    const answer = await channel.ask(request)
    if (shape === 'none') return (answer ?? null) as Answer<K>
    const result = safeParse(answers[shape as keyof typeof answers], answer ?? {})
    if (result.success) return result.output as Answer<K>
    const [{ message }] = result.issues
    throw new GuestError(
      'garbage',
      `${this.name}: its answer to \`${request.do}\` is not what was expected: ${message}. Got ${shown(answer)}.`,
    )
  }

  #remember(failure: GuestError | undefined): void {
    if (failure && !this.#failures.includes(failure)) this.#failures.push(failure)
  }
}
