import type { Arithmetic } from '../language/arithmetic.ts'
import { arrayToBits } from '../numbers/bits.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Feature, Offer, Setup, Subject, Unsupported } from '../subject/subject.ts'
import type { GoldenFile, GoldenGradients, GoldenRecord } from './golden.ts'
import { RecordedRun, refusal } from './recorded-run.ts'

/** What a recording is made of: the gradients that were given, and one file a family with what came of them. */
export interface Recording {
  gradients: GoldenGradients
  families: readonly GoldenFile[]
}

/** A recording as a subject: it plays the scenarios that were recorded, and no others. */
export function recorded(name: string, files: Recording, arithmetic: Arithmetic, bitExact = false): Subject {
  const { gradients } = files
  const find = (rule: string) => files.families.filter(file => file.rule === rule || familyOf(file.rule) === rule)
  const recordsOf = (rule: string) => find(rule).flatMap(file => file.records)
  const provenance = files.families[0]?.provenance
  return {
    name,
    ...(provenance && { version: describe(provenance) }),
    formats: ['float32', 'float64'],
    arithmetic,
    bitExact,
    offers: rule => offerOf(name, rule, recordsOf(rule), gradients),
    scenarios: rule => recordsOf(rule).map(record => scenarioOf(record, gradients)),
    open(setup, saved) {
      if (saved !== undefined) throw refusal(name, `it cannot be resumed`)
      const records = recordsOf(setup.rule).filter(record => startsAs(record, setup, gradients))
      if (records.length === 0) throw refusal(name, `no run of ${setup.rule} was recorded from this setup`)
      return new RecordedRun(name, records, gradients)
    },
  }
}

const describe = ({ library, version }: GoldenFile['provenance']): string => `${library} ${version}`

const familyOf = (rule: string) => rule.split('/')[0]

/** A record as a scenario: its setup and the gradients it was given. */
function scenarioOf(record: GoldenRecord, { streams, start, parameters }: GoldenGradients): Scenario {
  const { format, rule, steps, hyper, changes } = record
  const values = start[record.start]![format]
  return {
    name: record.id,
    rule,
    format,
    groups: [{ hyper, params: parameters.map(({ name }, k) => ({ name, value: values[k]! })) }],
    steps,
    gradients: streams[record.gradients]![format].slice(0, steps),
    ...(changes.length > 0 && { changes }),
  }
}

function offerOf(name: string, rule: string, records: GoldenRecord[], gradients: GoldenGradients): Offer | Unsupported {
  const first = records[0]
  if (!first) return { unsupported: `${name} holds no recording of ${rule}` }
  const absent = (record: GoldenRecord) =>
    gradients.streams[record.gradients]![record.format].slice(0, record.steps).some(step => step.includes(null))
  const state = new Set(records.flatMap(record => Object.values(record.state).flatMap(Object.keys)))
  const features: Record<string, boolean> = {
    absent: records.some(absent),
    set: records.some(record => record.changes.length > 0),
    state: state.size > 0,
  }
  return {
    rule: first.rule,
    hyper: Object.keys(first.hyper),
    state: [...state],
    features: (Object.keys(features) as Feature[]).filter(feature => features[feature]),
  }
}

/** Whether a record begins with exactly this setup. */
function startsAs(record: GoldenRecord, setup: Setup, { start, parameters }: GoldenGradients): boolean {
  const [group, ...others] = setup.groups
  if (!group || others.length > 0 || record.format !== setup.format) return false
  const values = start[record.start]![record.format]
  const names = Object.keys(record.hyper)
  return (
    names.length === Object.keys(group.hyper).length &&
    names.every(name => Object.is(record.hyper[name], group.hyper[name])) &&
    group.params.length === parameters.length &&
    group.params.every(
      ({ name, value }, k) => name === parameters[k]!.name && arrayToBits(value, record.format) === values[k],
    )
  )
}
