import { completeHyper } from '../derive/hyper.ts'
import { type Arithmetic, ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { findRule } from '../rules/lookup.ts'
import type {
  Feature,
  Format,
  Group,
  HyperValues,
  Json,
  Offer,
  Played,
  Run,
  Setup,
  Unsupported,
} from '../subject/subject.ts'
import { GuestError } from './error.ts'
import { type Match, matchHyper, translated } from './match-hyper.ts'
import { notesOf } from './match-notes.ts'
import { matchState, type StateMatch, trialGradients, trialHypers, trialStart } from './match-state.ts'
import { checkMap, type NameMap } from './name-map.ts'
import { OwnRun } from './own-run.ts'
import type { GuestSubject } from './process.ts'
import type { Hello, RuleEntry } from './protocol.ts'

/** How a guest that has names of its own is held to rules. */
export interface OwnNamesOptions {
  /** Finds a rule by its id; default: the built-in rules. */
  findRule?: (id: string) => Rule
  map?: NameMap
  /** Hyper-parameters that are held at these values by the user, who vouches for those that the guest does not take. */
  held?: HyperValues
  /** How it rounds, and whose dialect is meant when only the family is named; known once it said hello. */
  about?: (hello: Hello) => { arithmetic: Arithmetic; dialect?: string }
}

/** Everything that is known of a guest's names under one rule. */
interface Known {
  readonly rule: Rule
  readonly hyper: Match
  readonly state: StateMatch
  readonly offer: Offer
}

/** The rule without any rule: hyper-parameters and state go by the guest's own names. */
const anyRule = '*'

/** A guest whose hyper-parameters and state have names of their own, as one that can be held to any rule. */
export class OwnNames implements GuestSubject {
  readonly #guest: GuestSubject
  readonly #options: OwnNamesOptions
  readonly #known = new Map<string, Promise<Known>>()
  #hello: Hello | undefined

  constructor(guest: GuestSubject, options: OwnNamesOptions = {}) {
    this.#guest = guest
    this.#options = options
  }

  get name(): string {
    return this.#guest.name
  }

  get version(): string {
    return this.#guest.version ?? this.name
  }

  get formats(): Format[] {
    return this.#guest.formats
  }

  get arithmetic(): Arithmetic {
    return this.#about?.arithmetic ?? ieee
  }

  async connect(): Promise<Hello> {
    this.#hello = await this.#guest.connect()
    return this.#hello
  }

  close(): Promise<void> {
    return this.#guest.close()
  }

  async offers(id: string): Promise<Offer | Unsupported> {
    const entry = await this.#entry()
    if (id === anyRule) return (await this.#guest.offers?.(id)) ?? { unsupported: `${this.name} needs a rule` }
    const rule = this.#rule(id)
    const hyper = this.#matchHyper(rule, entry)
    const lacking = (entry.required ?? []).filter(name => ![...hyper.own.values()].includes(name))
    if (lacking.length > 0) return { unsupported: this.#cannotBeMade(rule, lacking) }
    return (await this.#knownOf(rule)).offer
  }

  async open(setup: Setup, saved?: Json): Promise<Run> {
    if (setup.rule === anyRule) return this.#guest.open(setup, saved)
    await this.connect()
    const { rule, hyper, state } = await this.#knownOf(this.#rule(setup.rule))
    const own = (group: Group): Group => ({ ...group, hyper: this.#own(rule, hyper, completeHyper(rule, group.hyper)) })
    const run = await this.#guest.open({ ...setup, rule: anyRule, groups: setup.groups.map(own) }, saved)
    return new OwnRun(run, state, own, values => this.#own(rule, hyper, values))
  }

  get #about() {
    return this.#hello && this.#options.about?.(this.#hello)
  }

  async #entry(): Promise<RuleEntry> {
    const { rules } = await this.connect()
    const entry = rules?.[anyRule]
    if (entry) return entry
    throw new GuestError('garbage', `${this.name}: expected it to say what it takes under any rule ('*'), got nothing.`)
  }

  /** A family alone means the dialect of the framework that it is written in, where that has one. */
  #rule(id: string): Rule {
    const find = this.#options.findRule ?? findRule
    const dialect = this.#about?.dialect
    if (id.includes('/') || dialect === undefined) return find(id)
    try {
      return find(`${id}/${dialect}`)
    } catch {
      return find(id)
    }
  }

  #matchHyper(rule: Rule, entry: RuleEntry): Match {
    checkMap(this.name, rule, entry, this.#options.map)
    return matchHyper(rule, entry, this.#options.map?.hyper)
  }

  #cannotBeMade({ id, hyper }: Rule, lacking: readonly string[]): string {
    return `${this.name} needs ${lacking.join(', ')}, which could not be matched with a hyper-parameter of ${id} (${Object.keys(hyper).join(', ')}): rename it, give it a default, or map it`
  }

  #knownOf(rule: Rule): Promise<Known> {
    const known = this.#known.get(rule.id)
    if (known) return known
    const learnt = this.#learn(rule)
    this.#known.set(rule.id, learnt)
    // A guest that failed is asked again.
    learnt.catch(() => this.#known.delete(rule.id))
    return learnt
  }

  async #learn(rule: Rule): Promise<Known> {
    const entry = await this.#entry()
    const hyper = this.#matchHyper(rule, entry)
    const state = await this.#tryOut(rule, hyper)
    const { held = {} } = this.#options
    // What the user holds is what the optimizer is believed to do.
    const taken = Object.keys(rule.hyper).filter(name => hyper.own.has(name) || Object.hasOwn(held, name))
    const notes = notesOf({ rule, entry, hyper, state, held })
    const offer: Offer = {
      rule: rule.id,
      hyper: taken,
      state: Object.values(rule.state)
        .map(({ as }) => as)
        .filter(as => state.own.has(as)),
      features: entry.features.filter(feature => this.#has(feature, entry, hyper, state)),
      ...(entry.settable && { settable: settableOf(entry.settable, taken, hyper) }),
      ...(notes.length > 0 && { notes }),
    }
    return { rule, hyper, state, offer }
  }

  #has(feature: Feature, { settable }: RuleEntry, hyper: Match, state: StateMatch): boolean {
    const rate = hyper.own.get('lr')
    if (feature === 'set') return rate !== undefined && (settable?.includes(rate) ?? true)
    if (feature === 'state') return state.own.size > 0
    // Its own defaults are its author's choice; they are noted where they differ from the rule's.
    return feature !== 'defaults'
  }

  /** A short run at values at which as much state as possible exists. */
  async #tryOut(rule: Rule, hyper: Match): Promise<StateMatch> {
    const format: Format = this.formats.includes('float64') ? 'float64' : 'float32'
    const match = (values: HyperValues, played: readonly Played[]): StateMatch =>
      matchState(rule, this.arithmetic, format, values, played, this.#options.map?.state)
    for (const values of trialHypers(rule, new Set(hyper.own.keys()))) {
      const played = await this.#play(format, translated(hyper, values)).catch(() => undefined)
      if (played) return match(values, played)
    }
    return match(completeHyper(rule, {}), [])
  }

  async #play(format: Format, hyper: HyperValues): Promise<Played[]> {
    const params = [{ name: 'x', value: Float64Array.from(trialStart) }]
    const run = await this.#guest.open({ rule: anyRule, format, groups: [{ hyper, params }] })
    try {
      return (await run.steps?.(trialGradients(format))) ?? []
    } finally {
      await run.close?.()
    }
  }

  /** The rule's values under the guest's names; one that it does not take may only have the value that it is without it. */
  #own(rule: Rule, match: Match, hyper: HyperValues): HyperValues {
    const { held = {} } = this.#options
    const extra = Object.keys(hyper).find(
      name => !match.own.has(name) && !Object.hasOwn(held, name) && hyper[name] !== rule.hyper[name]?.default,
    )
    if (extra === undefined) return translated(match, hyper)
    throw new GuestError(
      'refused',
      `${this.name} does not take ${extra}; asked for ${extra} = ${hyper[extra]}. It takes ${[...match.own.keys()].join(', ')}.`,
    )
  }
}

/** The names that the rule has for what can be changed on the way. */
const settableOf = (own: readonly string[], taken: readonly string[], { own: names }: Match): string[] =>
  taken.filter(name => own.includes(names.get(name) ?? ''))
