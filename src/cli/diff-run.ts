import type { Names } from '../derive/compare/vocabulary.ts'
import { matchHyper } from '../guests/match-hyper.ts'
import { hyperSynonyms } from '../guests/synonyms.ts'
import type { Rule } from '../language/rule.ts'
import { quoted } from '../report/findings.ts'
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
  const names = a.id === b.id && first !== second ? { a: first, b: second } : { a: a.id, b: b.id }
  const labels = { ...names, command: `lockstep diff ${quoted(first)} ${quoted(second)} --json` }
  await print(options.json ? document(diffDocument(diff)) : diffPage(diff, labels, screen()))
  return exitCode.conforms
}

/**
 * Hyper-parameters of the second rule by those of the first: the same name, or one that means the same. Two names that
 * rules use for several things, such as gamma and beta2, must each stand for the other.
 */
export function namesIn(a: Rule, b: Rule): Names {
  const [there, back] = [matched(a, b), matched(b, a)]
  const names = new Map<string, string>()
  const take = (mine: string, theirs: string): void => {
    if (!names.has(mine) && ![...names.values()].includes(theirs)) names.set(mine, theirs)
  }
  for (const [mine, theirs] of there) if (back.get(theirs) === mine) take(mine, theirs)
  for (const [mine, theirs] of there) if (!Object.hasOwn(hyperSynonyms, theirs)) take(mine, theirs)
  for (const [theirs, mine] of back) if (!Object.hasOwn(hyperSynonyms, mine)) take(mine, theirs)
  return names
}

function matched(rule: Rule, other: Rule): Names {
  const { own, ground } = matchHyper(rule, { hyper: Object.keys(other.hyper), required: [], defaults: {} })
  const isSure = (mine: string, theirs: string): boolean =>
    ground.get(mine) !== 'position' && typeof rule.hyper[mine]!.default === typeof other.hyper[theirs]!.default
  return new Map([...own].filter(([mine, theirs]) => isSure(mine, theirs)))
}
