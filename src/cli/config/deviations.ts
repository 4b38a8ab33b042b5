import { knownDeviations } from '../../guests/known-deviations.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { Subject } from '../../subject/subject.ts'
import type { Deviation, Result } from '../../subject/verdict.ts'
import { isRuleFile } from '../rule-source.ts'
import { readScenario, scenarioOf } from '../scenario-file.ts'
import { unmet, whenText } from './conditions.ts'
import { beside, ruleText } from './plan.ts'
import { checkRuleId, type Source } from './read.ts'
import type { DeviationFields } from './schema.ts'

/** One entry of the file, ready to be held against subjects. */
interface Entry {
  readonly fields: DeviationFields
  readonly place: string
  readonly deviation: Deviation
}

/** How subjects and rules were asked for, which a file may name them by too. */
export interface Names {
  readonly subject: (subject: Subject) => string | undefined
  /** The id of a rule that was given by file; undefined where it is not part of this run. */
  readonly rule: (path: string) => string | undefined
}

/** What is on record: of the frameworks, in `--deviations`, and in `lockstep.yaml` under its conditions. */
export class OnRecord {
  readonly #always: readonly Deviation[]
  readonly #entries: readonly Entry[]
  readonly #names: Names
  readonly #left = new Map<Entry, string>()

  constructor(given: readonly Deviation[], source: Source | undefined, names: Names) {
    this.#always = [...knownDeviations, ...given]
    this.#entries = source ? entriesOf(source, names) : []
    this.#names = names
  }

  /** What is on record of a subject, once its version is known. */
  of(subject: Subject): Deviation[] {
    const own = this.#entries.filter(({ fields }) => this.#isAbout(fields.subject, subject))
    const applying = own.filter(entry => {
      const why = entry.fields.when && unmet(entry.fields.when, subject)
      if (why !== undefined) this.#left.set(entry, why)
      return why === undefined
    })
    return [...this.#always, ...applying.map(({ deviation }) => ({ ...deviation, subject: subject.name }))]
  }

  /** What a reader should know: entries that do not apply here, and, in a run of the whole, those that nothing used. */
  notes(results: readonly Result[], subjects: Iterable<Subject>, whole: boolean): string[] {
    const named = (name: string): string[] =>
      [...subjects].filter(subject => this.#isAbout(name, subject)).map(subject => subject.name)
    const left = [...this.#left].map(
      ([{ fields, place }, why]) =>
        `The deviation at ${place} (${fields.subject}, ${fields.rule}) is left out: ${why}.`,
    )
    const unused = this.#entries.filter(
      entry =>
        whole &&
        !this.#left.has(entry) &&
        !results.some(
          ({ rule, subject }) => rule === entry.deviation.rule && named(entry.fields.subject).includes(subject),
        ),
    )
    return [
      ...left,
      ...unused.map(
        ({ fields, place }) =>
          `The deviation at ${place} was not used: this run has no subject '${fields.subject}' under ${fields.rule}.`,
      ),
    ]
  }

  #isAbout(name: string, subject: Subject): boolean {
    return name === subject.name || name === this.#names.subject(subject)
  }
}

function entriesOf(source: Source, names: Names): Entry[] {
  return (source.config.deviations ?? []).map((fields, at) => {
    const { scenario, when, rule, formats, where, link, ...rest } = fields
    const text = when && whenText(when)
    return {
      fields,
      place: source.place('deviations', at),
      deviation: {
        ...rest,
        rule: ruleId(source, rule, at, names),
        ...(where && { where }),
        ...(formats && { formats }),
        ...(link !== undefined && { link }),
        ...(text && { when: text }),
        ...(scenario !== undefined && { scenario: scenarioAt(source, scenario, at) }),
      },
    }
  })
}

/** A wrong id is told with the place where it stands; the rule of a file that is not part of this run has none. */
function ruleId(source: Source, rule: string, at: number, names: Names): string {
  const path = ruleText(source, rule)
  if (isRuleFile(rule)) return names.rule(path) ?? path
  // Users' own rules go by their own ids in reports.
  if (names.rule(rule) !== undefined) return rule
  return checkRuleId(source, rule, ['deviations', at, 'rule'])
}

function scenarioAt(source: Source, scenario: NonNullable<DeviationFields['scenario']>, at: number): Scenario {
  if (typeof scenario === 'string') return readScenario(beside(source, scenario)).scenario
  return scenarioOf(scenario, `${source.place('deviations', at, 'scenario')}: deviations[${at}].scenario`).scenario
}
