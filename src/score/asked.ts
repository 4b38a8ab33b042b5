import { type Check, type Context, checksFor } from '../checks/index.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import type { Format, Offer, Subject } from '../subject/subject.ts'
import type { VectorFile } from '../subject/vectors.ts'

/** What the default run of `verify` gives its checks, for a subject that has the rule. */
export async function contextOf(
  subject: Subject,
  rule: Rule,
  { vectors, seed }: { vectors: VectorFile | undefined; seed: number },
): Promise<Context> {
  return {
    subject,
    rule,
    offer: (await subject.offers!(rule.id)) as Offer,
    arithmetic: subject.arithmetic ?? ieee,
    formats: subject.formats,
    held: {},
    except: [],
    depth: 'quick',
    seed,
    ...(vectors && { vectors }),
  }
}

/** The checks of that run, each in each of its formats, in order. */
export const checksIn = ({ rule, subject }: Context): { check: Check; format: Format }[] =>
  checksFor(rule)
    .filter(({ strict, group, beside }) => !strict && group !== 'golden' && !beside)
    .flatMap(check =>
      subject.formats.filter(each => check.formats?.includes(each) ?? true).map(format => ({ check, format })),
    )
