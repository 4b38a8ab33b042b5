import { contains, parseDomain } from './domain.ts'
import { type Place, RuleError } from './error.ts'
import { lowerNumber, lowerTest, meet, type Scope } from './lower.ts'
import { inputs, whyReserved } from './names.ts'
import { parseBlock, parseExpression } from './parse.ts'
import type {
  ClosedForm,
  ClosedFormSource,
  DialectSource,
  Hyper,
  HyperSource,
  Requirement,
  Rule,
  State,
  StateSource,
} from './rule.ts'
import type { Assignment } from './syntax.ts'
import { checkDecimal } from './tokens.ts'
import type { Expr, Kind, Statement, Test } from './tree.ts'

export interface RuleName {
  readonly id: string
  readonly family: string
  readonly dialect: string
  readonly title: string
}

/** Lowers a written rule to its validated tree, or refuses it with the place and a hint. */
export function lowerRule(name: RuleName, source: DialectSource): Rule {
  const field = (part: string): string => `${name.id}, ${part}`
  checkNames(name.id, source)
  const hyper = mapValues(source.hyper, (written, id) => lowerHyper(id, written, field(`hyper ${id}`)))
  const scalars = new Names(hyper, Object.keys(source.state ?? {}))
  const state = mapValues(source.state ?? {}, (written, id) => lowerState(id, written, scalars, field(`state ${id}`)))
  const requirement = (text: string): Requirement => ({ text, test: scalars.test(text, field('require'), []) })
  const points: [string, Kind][] = [
    ['x', 'tensor'],
    ['t', 'scalar'],
    ...Object.keys(state).map((id): [string, Kind] => [id, 'tensor']),
  ]
  return {
    ...name,
    source: source.source,
    ...(source.url !== undefined && { url: source.url }),
    ...(source.note !== undefined && { note: source.note }),
    hyper,
    state,
    at: scalars.number(source.at ?? 'x', field('at'), points),
    clock: source.clock ?? 'parameter',
    require: (source.require ?? []).map(requirement),
    step: lowerStep(Array.isArray(source.step) ? source.step.join('\n') : source.step, scalars, field('step')),
    closedForms: Object.entries(source.closedForms ?? {}).map(([id, form]) =>
      lowerClosedForm(id, form, scalars, field(`closed form ${id}`)),
    ),
    ...(source.erratum && { erratum: source.erratum }),
  }
}

/** The names that every expression of a rule may use, and the scopes made from them. */
class Names {
  readonly #numbers: [string, Kind][]
  readonly #flags: ReadonlySet<string>
  readonly states: ReadonlySet<string>
  readonly hyper: Readonly<Record<string, Hyper>>

  constructor(hyper: Readonly<Record<string, Hyper>>, states: string[]) {
    const all = Object.values(hyper)
    this.#numbers = all.filter(h => typeof h.default === 'number').map(h => [h.name, 'scalar'])
    this.#flags = new Set(all.filter(h => typeof h.default === 'boolean').map(h => h.name))
    this.states = new Set(states)
    this.hyper = hyper
  }

  /** What may be read at a place; `first` is asked in a step only. */
  scope(place: (offset: number) => Place, more: readonly [string, Kind][], sums = false): Scope {
    return { numbers: new Map([...this.#numbers, ...more]), flags: this.#flags, states: new Set(), sums, place }
  }

  number(text: string, field: string, more: readonly [string, Kind][], sums = false): Expr {
    return lowerNumber(
      parseExpression(text, field),
      this.scope(offset => ({ field, text, offset }), more, sums),
    )
  }

  test(text: string, field: string, more: readonly [string, Kind][]): Test {
    return lowerTest(
      parseExpression(text, field),
      this.scope(offset => ({ field, text, offset }), more),
    )
  }
}

function checkNames(id: string, source: DialectSource): void {
  const seen = new Set<string>(['x', 'n', ...inputs])
  for (const [role, names] of [
    ['hyper-parameter', source.hyper],
    ['state variable', source.state ?? {}],
  ] as const) {
    for (const name of Object.keys(names)) {
      const why =
        whyReserved(name) ?? (/^[A-Za-z_]\w*$/.test(name) ? undefined : 'is not a name of plain letters, digits and _')
      if (why) throw new RuleError(`${id}: a ${role} cannot be called '${name}', which ${why}.`, 'Choose another name.')
      if (seen.has(name))
        throw new RuleError(
          `${id}: the name '${name}' is taken twice.`,
          "x, g, t and n are the language's own; hyper-parameters and state share one set of names.",
        )
      seen.add(name)
    }
  }
}

function lowerHyper(name: string, source: HyperSource, field: string): Hyper {
  const flag = typeof source.default === 'boolean' || source.default === 'true' || source.default === 'false'
  const text = String(source.default)
  if (!flag) checkDecimal(text, field)
  const domain = source.domain === undefined || flag ? undefined : parseDomain(source.domain, field)
  if (domain && !contains(domain, Number(text))) {
    throw new RuleError(`${field}: the default ${text} is outside the domain ${domain.text}.`, 'Change one of the two.')
  }
  return {
    name,
    default: flag ? text === 'true' : Number(text),
    text,
    ...(domain && { domain }),
    meaning: source.meaning ?? '',
  }
}

function lowerState(name: string, source: StateSource, names: Names, field: string): State {
  const { init, when, as, meaning } =
    typeof source === 'string' ? { init: source, when: undefined, as: undefined, meaning: undefined } : source
  return {
    name,
    as: as ?? name,
    init: names.number(init, field, []),
    ...(when !== undefined && { when: names.test(when, field, []) }),
    meaning: meaning ?? '',
  }
}

function lowerStep(text: string, names: Names, field: string): Statement[] {
  const place = (offset: number): Place => ({ field, text, offset })
  const numbers = new Map<string, Kind>([
    ['x', 'tensor'],
    ['g', 'tensor'],
    ['t', 'scalar'],
    ...[...names.states].map((id): [string, Kind] => [id, 'tensor']),
  ])
  const statements = parseBlock(text, field).map(assignment => {
    const role = checkTarget(assignment, names, place)
    const value = lowerNumber(assignment.value, { ...names.scope(place, [...numbers]), states: names.states })
    if (role === 'local') numbers.set(assignment.target, value.kind)
    return { target: assignment.target, role, value: role === 'local' ? value : meet(value, 'tensor') }
  })
  if (!statements.some(statement => statement.role === 'x')) {
    throw new RuleError(`${field}: x is never assigned.`, 'A step moves the iterate: x = x - ...')
  }
  return statements
}

function checkTarget({ target, at }: Assignment, names: Names, place: (offset: number) => Place): Statement['role'] {
  if (target === 'x') return 'x'
  if (names.states.has(target)) return 'state'
  if (target === 'g' || target === 't' || Object.hasOwn(names.hyper, target)) {
    throw new RuleError(
      `${target} is read-only.`,
      'Assign to a new name, for example d = g + weight_decay * x.',
      place(at),
    )
  }
  const why = whyReserved(target)
  if (why) throw new RuleError(`'${target}' cannot be assigned: it ${why}.`, 'Choose another name.', place(at))
  return 'local'
}

function lowerClosedForm(name: string, source: ClosedFormSource, names: Names, field: string): ClosedForm {
  const numbers = ['x0', 'c', 'r', 'a', 'n'].map((id): [string, Kind] => [id, 'scalar'])
  const where = mapValues(source.where ?? {}, (value, id) => {
    if (!Object.hasOwn(names.hyper, id))
      throw new RuleError(`${field}: where: '${id}' is not a hyper-parameter of this rule.`, '')
    if (typeof names.hyper[id]!.default === 'boolean') return String(value) === 'true'
    checkDecimal(String(value), `${field}: where ${id}`)
    return Number(value)
  })
  return {
    name,
    gradient: source.gradient,
    where,
    require: (source.require ?? []).map(text => ({ text, test: names.test(text, field, numbers) })),
    x: names.number(source.x, field, numbers, true),
    text: source.x,
    derivation: source.derivation,
  }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
