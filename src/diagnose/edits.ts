import { type Mutant, mutantsOf } from '../derive/mutants/index.ts'
import type { Rule } from '../language/rule.ts'
import type { Candidate } from './candidate.ts'

/** Every rule that is one edit away. A default that is another one is told as such. */
export const singleEdits = (rule: Rule): (Candidate & { readonly mutant: Mutant })[] =>
  mutantsOf(rule).map(mutant => ({
    kind: mutant.kind === 'default' ? 'default' : 'edit',
    explanation: mutant.says,
    candidate: rule.id,
    edits: [{ says: mutant.says, was: mutant.was, now: mutant.now }],
    rule: mutant.rule,
    mutant,
  }))
