import type { Names } from '../derive/compare/vocabulary.ts'
import { matchHyper } from '../guests/match-hyper.ts'
import type { Rule } from '../language/rule.ts'
import { document } from '../report/json.ts'
import { diffOf } from '../score/diff/diff.ts'
import type { DiffOptions } from './diff.ts'
import { diffDocument } from './diff-document.ts'
import { diffPage } from './diff-page.ts'
import { exitCode } from './failures.ts'
import { print } from './output.ts'
import { readRule } from './rule-source.ts'
import { screen } from './screen.ts'

/** The default seed of `verify`. */
const usualSeed = 20_260_101

/** Compares two rules and prints what was found; that they differ is no failure. */
export async function runDiff(first: string, second: string, options: DiffOptions): Promise<number> {
  const [a, b] = await Promise.all([readRule(first), readRule(second)])
  const diff = await diffOf(a, b, namesIn(a, b), options.seed ?? usualSeed)
  // Two versions of a file have one id.
  const labels = a.id === b.id && first !== second ? { a: first, b: second } : { a: a.id, b: b.id }
  await print(options.json ? document(diffDocument(diff)) : diffPage(diff, labels, screen()))
  return exitCode.conforms
}

/** Hyper-parameters of the second rule by those of the first: the same name, or names that each rule takes for the other. */
export function namesIn(a: Rule, b: Rule): Names {
  const back = matched(b, a)
  return new Map([...matched(a, b)].filter(([mine, theirs]) => back.get(theirs) === mine))
}

function matched(rule: Rule, other: Rule): Names {
  const { own, ground } = matchHyper(rule, { hyper: Object.keys(other.hyper), required: [], defaults: {} })
  const isSure = (mine: string, theirs: string): boolean =>
    ground.get(mine) !== 'position' && typeof rule.hyper[mine]!.default === typeof other.hyper[theirs]!.default
  return new Map([...own].filter(([mine, theirs]) => isSure(mine, theirs)))
}
