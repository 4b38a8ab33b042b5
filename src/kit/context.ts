import { type Check, type Context, checksFor } from '../checks/index.ts'
import { vectorsFor } from '../guests/vector-files.ts'
import { ieee } from '../language/arithmetic.ts'
import { isBuiltIn } from '../rules/lookup.ts'
import type { Cell } from './cell.ts'
import { defaultSeed, type VerifyOptions } from './options.ts'

/** What the checks of a cell are given; undefined where the subject does not have the rule. */
export async function contextOf(
  { subject, rule, offer, matrices }: Cell,
  {
    hyper = {},
    depth = 'quick',
    seed = defaultSeed,
    signal,
    own,
  }: Pick<VerifyOptions, 'hyper' | 'depth' | 'seed' | 'signal' | 'own'>,
): Promise<Context | undefined> {
  if (!rule || !offer) return undefined
  const recorded = await subject.scenarios?.(rule.id)
  const vectors = recorded || !isBuiltIn(rule) ? undefined : vectorsFor(rule.id)
  return {
    subject,
    rule,
    offer,
    arithmetic: subject.arithmetic ?? ieee,
    formats: subject.formats,
    ...(recorded && { recorded }),
    ...(matrices && { matrices }),
    ...(vectors && { vectors }),
    except: [],
    held: own?.get(subject)?.hyper ?? hyper,
    depth,
    seed,
    ...(signal && { signal }),
  }
}

/** The checks of a cell that were asked for and say anything about it. */
export const checksOf = (context: Context, options: Pick<VerifyOptions, 'checks' | 'contracts' | 'strict'>): Check[] =>
  asked(checksFor(context.rule), options).filter(check => isPossible(check, context))

/** The checks that were asked for, by name or, where no check has that name, by group. */
function asked(
  rows: readonly Check[],
  { checks, contracts, strict }: Pick<VerifyOptions, 'checks' | 'contracts' | 'strict'>,
): readonly Check[] {
  const all = contracts ? rows.filter(({ group }) => group === 'contract') : rows
  const named = (name: string): boolean => all.some(check => check.name === name)
  const tier = all.filter(check => strict || !check.strict || checks?.includes(check.name))
  return checks
    ? tier.filter(({ name, group }) => checks.some(each => each === name || (each === group && !named(each))))
    : tier
}

/** Whether a check says anything about a subject of this kind. */
function isPossible(check: Check, { subject, recorded, vectors }: Context): boolean {
  // Inputs were searched for the built-in rules only.
  if (check.given && !vectors) return false
  if (check.group === 'contract' && recorded) return false
  if (check.group === 'golden' && !(subject.bitExact && recorded)) return false
  return !check.beside || subject.siblings !== undefined
}
