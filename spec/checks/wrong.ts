import * as fc from 'fast-check'
import { type Check, type Context, checksFor, runCheck } from '../../src/checks/index.ts'
import { scenarios } from '../../src/checks/scenarios.ts'
import { defaultSeed } from '../../src/kit/options.ts'
import { ieee } from '../../src/language/arithmetic.ts'
import { lowerRule } from '../../src/language/lower-rule.ts'
import type { Rule } from '../../src/language/rule.ts'
import { families } from '../../src/rules/index.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Scenario } from '../../src/subject/scenario.ts'
import type { Format, Gradients, Offer, Run, Setup, Subject } from '../../src/subject/subject.ts'
import type { Result } from '../../src/subject/verdict.ts'

/** A built-in rule with some of its text replaced; a text that is not there is an error in the table. */
export function edited(id: string, from: string, to: string): Rule {
  const rule = findRule(id)
  const source = families.find(family => family.id === rule.family)!.dialects[rule.dialect]!
  const step = String(source.step)
  if (!step.includes(from)) throw new Error(`${id} has no '${from}'`)
  return lowerRule(rule, { ...source, step: step.replace(from, to) })
}

/** A subject whose runs are changed; what the change does not mention stays. */
export const changed = (id: string, change: (run: Run, setup: Setup) => Partial<Run>): Subject => {
  const right = ruleSubject(findRule(id))
  return {
    ...right,
    open: async (setup, saved) => {
      const run = (await right.open(setup, saved)) as Run
      const kept: Run = {
        step: gradients => run.step(gradients),
        point: () => run.point!(),
        set: (group, hyper) => run.set!(group, hyper),
        observe: () => run.observe!(),
      }
      return { ...kept, ...change(run, setup) }
    },
  }
}

/** A subject that makes something else of the iterates after each step. */
export const movedBy = (
  id: string,
  move: (x: Float64Array[], setup: Setup, step: number) => Float64Array[],
  format: (value: number) => number = value => value,
): Subject =>
  changed(id, (run, setup) => {
    let count = 0
    return {
      step: async gradients =>
        move((await run.step(gradients)) as Float64Array[], setup, ++count).map(values => values.map(format)),
    }
  })

/** A subject that makes something else of the gradients before each step. */
export const fedWith = (id: string, feed: (gradients: Gradients) => Gradients): Subject =>
  changed(id, run => ({ step: gradients => run.step(feed(gradients)) }))

/** What a check is given of a subject under a rule, as `verify` gives it. */
export function contextOf(subject: Subject, rule: Rule, format: Format, recorded?: readonly Scenario[]): Context {
  return {
    subject,
    rule,
    offer: subject.offers!(rule.id) as Offer,
    arithmetic: subject.arithmetic ?? ieee,
    formats: [format],
    ...(recorded && { recorded }),
    held: {},
    except: [],
    depth: 'quick',
    seed: defaultSeed,
  }
}

export function rowOf(rule: Rule, name: string): Check {
  const check = checksFor(rule).find(candidate => candidate.name === name)
  if (!check) throw new Error(`${rule.id} has no check '${name}'`)
  return check
}

/** The first scenarios that a check without conditions of its own would draw for a rule. */
export function drawnFor(name: string, id: string, count: number): Scenario[] {
  const rule = findRule(id)
  const check = rowOf(rule, name)
  const context = contextOf(ruleSubject(rule), rule, 'float64')
  const all = scenarios(rule, ['float64'], check.shape?.(context) ?? {})
    .map(scenario => check.adapt?.(scenario, context) ?? scenario)
    .filter(scenario => check.accepts?.(scenario, context) ?? true)
  return fc.sample(all, { seed: defaultSeed, numRuns: count })
}

/** Runs one check of a rule on a subject that is presented under it. */
export const ask = (
  name: string,
  id: string,
  subject: Subject,
  format: Format = 'float64',
  recorded?: readonly Scenario[],
): Promise<Result> => runCheck(rowOf(findRule(id), name), contextOf(subject, findRule(id), format, recorded))
