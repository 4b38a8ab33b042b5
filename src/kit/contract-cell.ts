import { asMatrices, freeRule } from '../checks/index.ts'
import type { Rule } from '../language/rule.ts'
import { arrayToBits } from '../numbers/bits.ts'
import { drive } from '../subject/driver.ts'
import { noRule } from '../subject/no-rule.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { HyperValues, Offer, Subject } from '../subject/subject.ts'
import type { Cell } from './cell.ts'

/**
 * How contracts are asked of a subject without a rule; undefined where it is to be asked under rules. A recording cannot be
 * asked at all: a contract plays what nobody recorded.
 */
export async function contractCell(subject: Subject, hasRules: boolean, held: HyperValues): Promise<Cell | undefined> {
  if (subject.scenarios) return none(subject, 'a recording cannot be asked for contracts; they need a live subject')
  if (hasRules) return undefined
  const offered = (await subject.offers?.(noRule)) ?? { hyper: [], state: [], features: [] }
  if ('unsupported' in offered) return offered.ownRules ? undefined : none(subject, offered.unsupported)
  const offer: Offer = { ...offered, defaults: { ...offered.defaults, ...held } }
  const rule = freeRule(offer)
  const probed = await probe(subject, rule)
  return 'reason' in probed
    ? none(subject, probed.reason)
    : { subject, id: noRule, rule, offer, reason: '', matrices: probed.matrices }
}

const none = (subject: Subject, reason: string): Cell => ({
  subject,
  id: noRule,
  rule: undefined,
  offer: undefined,
  reason,
})

/** A row first; a matrix optimizer refuses it, and is asked with matrices. One that takes neither is told so in its words. */
async function probe(subject: Subject, rule: Rule): Promise<{ matrices: boolean } | { reason: string }> {
  const scenario = oneStep(subject, rule)
  const refusal = await refused(subject, scenario)
  if (refusal === undefined) return { matrices: false }
  const again = await refused(subject, asMatrices(scenario))
  return again === undefined ? { matrices: true } : { reason: `it takes neither a row nor a matrix: ${refusal}` }
}

const refused = (subject: Subject, scenario: Scenario): Promise<string | undefined> =>
  drive(subject, scenario).then(
    () => undefined,
    error => (error instanceof Error ? error.message : String(error)),
  )

function oneStep({ formats }: Subject, rule: Rule): Scenario {
  const format = formats[0]!
  const values = arrayToBits([0.5, 1, -1, 0.25], format)
  const hyper = Object.fromEntries(Object.values(rule.hyper).map(({ name, default: value }) => [name, value]))
  return {
    name: 'one step',
    rule: rule.id,
    format,
    groups: [{ hyper, params: [{ name: 'a', value: values }] }],
    steps: 1,
    gradients: [[values]],
  }
}
