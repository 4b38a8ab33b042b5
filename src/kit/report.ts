import { ieee } from '../language/arithmetic.ts'
import type { Subject } from '../subject/subject.ts'
import type { Report, Result } from '../subject/verdict.ts'
import { defaultSeed, type VerifyOptions } from './options.ts'

/** The record of what was found so far. */
export function report(
  subjects: readonly Subject[],
  options: Pick<VerifyOptions, 'seed' | 'depth'>,
  results: readonly Result[],
  seconds: number,
): Report {
  const count = (pick: (result: Result) => boolean): number => results.filter(pick).length
  return {
    schema: 'lockstep/verify/1',
    seed: options.seed ?? defaultSeed,
    depth: options.depth ?? 'quick',
    versions: {},
    subjects: subjects.map(subject => ({
      name: subject.name,
      version: subject.version ?? '',
      arithmetic: (subject.arithmetic ?? ieee).name,
      live: subject.scenarios === undefined,
    })),
    results,
    diagnoses: [],
    summary: {
      pass: count(result => result.verdict === 'pass'),
      fail: count(result => result.verdict === 'fail' && !result.known),
      skip: count(result => result.verdict === 'skip'),
      unknown: count(result => result.verdict === 'unknown'),
      known: count(result => result.known !== undefined),
    },
    seconds,
  }
}
