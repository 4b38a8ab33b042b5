import { printStatement } from '../language/print.ts'
import type { Rule } from '../language/rule.ts'
import { findRule, ruleIds } from '../rules/lookup.ts'
import type { Candidate } from './candidate.ts'
import { singleEdits } from './edits.ts'
import { readAs, shownAs } from './names.ts'

/** The other published rules: those of the same family first, then those with the same hyper-parameters. */
export function otherRules(asked: Rule): Rule[] {
  const all = ruleIds()
    .filter(id => id !== asked.id)
    .map(findRule)
  const own = all.filter(({ family }) => family === asked.family)
  const others = all.filter(({ family }) => family !== asked.family)
  return [...own, ...others.sort((a, b) => strangeness(a, asked) - strangeness(b, asked))]
}

/** How many hyper-parameters only one of two rules has. */
const strangeness = (a: Rule, b: Rule): number => readAs(a, b).lost.length + readAs(b, a).lost.length

const lines = ({ step }: Rule): string => step.map(printStatement).join('; ')

/** Another published rule in place of the one that the subject is held to. */
export function dialect(other: Rule, asked: Rule): Candidate {
  const { reading, lost } = readAs(other, asked)
  const without = lost.length > 0 ? `, which has no ${lost.join(', ')}` : ''
  const wrong = other.erratum ? ', as it is printed' : ''
  const says = `it is the formula of ${other.id}${wrong}${without}`
  return {
    kind: 'dialect',
    explanation: says,
    candidate: other.id,
    edits: [{ says, was: lines(asked), now: lines(other) }],
    rule: shownAs(other, asked),
    reading,
  }
}

/** Every other published rule. */
export const dialects = (asked: Rule): Candidate[] => otherRules(asked).map(other => dialect(other, asked))

/** Every edit of the other dialects of a family. */
export const dialectEdits = (asked: Rule): Candidate[] =>
  otherRules(asked)
    .filter(({ family }) => family === asked.family)
    .flatMap(other => {
      const { reading } = readAs(other, asked)
      return singleEdits(other).map(({ mutant, ...edit }) => ({
        ...edit,
        explanation: `it is the formula of ${other.id}, but ${mutant.says}`,
        rule: shownAs(mutant.rule, asked),
        reading,
      }))
    })
