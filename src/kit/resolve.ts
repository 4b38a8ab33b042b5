import type { Rule } from '../language/rule.ts'
import { findRule } from '../rules/lookup.ts'
import type { Offer, Subject, Unsupported } from '../subject/subject.ts'
import { type AskedRule, askedRule } from './asked.ts'
import type { Cell } from './cell.ts'
import { contractCell } from './contract-cell.ts'
import type { VerifyOptions } from './options.ts'

/** Every subject under every rule that it is asked for, rule by rule; those that are asked without a rule go first. */
export async function resolveCells(
  subjects: readonly Subject[],
  shared: readonly AskedRule[],
  { own, rules, contracts, hyper = {} }: VerifyOptions,
): Promise<Cell[]> {
  const wanted = await Promise.all(
    subjects.map(async subject => {
      const named = own?.get(subject)?.rules
      return named ? Promise.all(named.map(askedRule)) : shared
    }),
  )
  const cells: Cell[] = []
  const byRule = new Set<Subject>()
  for (const subject of subjects) {
    const named = rules !== undefined || own?.get(subject)?.rules !== undefined
    const free = contracts ? await contractCell(subject, named, hyper) : undefined
    if (free) cells.push(free)
    else byRule.add(subject)
  }
  const all = new Map([...shared, ...wanted.flat()].map(asked => [asked.rule, asked]))
  for (const asked of all.values())
    for (const [at, subject] of subjects.entries())
      if (byRule.has(subject) && wanted[at]!.some(({ rule }) => rule === asked.rule))
        cells.push(await resolveCell(subject, asked))
  return cells
}

/** What a subject has of a rule; what it does not have, it gives a reason for. */
export async function resolveCell(subject: Subject, { rule: asked, named }: AskedRule): Promise<Cell> {
  const id = typeof asked === 'string' ? asked : asked.id
  const offered = subject.offers ? await subject.offers(id) : undefined
  if (offered && 'unsupported' in offered)
    return { subject, id, rule: undefined, offer: undefined, reason: (offered as Unsupported).unsupported }
  const rule = typeof asked === 'string' ? findRule(offered?.rule ?? asked) : asked
  const called = typeof asked === 'string' ? rule.id : named
  return { subject, id, rule, offer: offered ?? everything(rule), reason: '', ...(called !== undefined && { called }) }
}

/** A subject that says nothing of what it offers is asked for everything that needs no feature. */
const everything = (rule: Rule): Offer => ({
  rule: rule.id,
  hyper: Object.keys(rule.hyper),
  state: Object.values(rule.state).map(state => state.as),
  features: [],
})
