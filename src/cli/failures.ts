import { nearest } from '../language/error.ts'

/** What the shell is told. */
export const exitCode = { conforms: 0, deviates: 1, usage: 2, undecided: 3, interrupted: 130 } as const

/** Lockstep was asked for something that it cannot do as asked: what was wrong, and what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'

  constructor(problem: string, hint = '') {
    super(hint ? `${problem}\n  ${hint}` : problem)
  }
}

/** Something that was asked for by name is not on this machine. */
export class Missing extends Error {
  override readonly name = 'Missing'
}

/** A report could not be written once it was known: no verdict is told, whatever it was. */
export class Unwritten extends Error {
  override readonly name = 'Unwritten'
}

/** The person at the keyboard stopped it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** `Did you mean x or y?`, or all that there is where nothing is near. */
export function didYouMean(name: string, candidates: readonly string[], what: string): string {
  const near = nearest(name, candidates)
  return near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `${what}: ${candidates.join(', ')}.`
}

/** Errors that say themselves what to do, by name, so that nothing need be loaded to know them. */
const expected: Readonly<Record<string, number>> = {
  UsageError: exitCode.usage,
  RuleError: exitCode.usage,
  UnknownRule: exitCode.usage,
  HyperError: exitCode.usage,
  TraceError: exitCode.usage,
  StudyError: exitCode.usage,
  PytorchError: exitCode.undecided,
  RunError: exitCode.usage,
  DataError: exitCode.usage,
  LedgerError: exitCode.usage,
  ReportError: exitCode.undecided,
  NoEngine: exitCode.undecided,
  Missing: exitCode.undecided,
  GuestError: exitCode.undecided,
  Unwritten: exitCode.undecided,
  Interrupted: exitCode.interrupted,
}

/** What is printed for an error, and the exit code. What nobody foresaw is a bug, and says so; its stack is for debugging. */
export function tellFailure(
  error: unknown,
  debug = Boolean(process.env.LOCKSTEP_DEBUG),
): { text: string; code: number } {
  const { name, message: problem, stack } = error instanceof Error ? error : new Error(String(error))
  const { hint: advice } = error as { hint?: unknown }
  const message = typeof advice === 'string' && !problem.includes(advice) ? `${problem}\n  ${advice}` : problem
  const code = Object.hasOwn(expected, name) ? expected[name] : undefined
  if (code !== undefined) return { text: debug ? (stack ?? message) : message, code }
  const hint = debug ? (stack ?? '') : 'Run it again with LOCKSTEP_DEBUG=1 for the stack, and report it, please.'
  return { text: `${name}: ${message}\nThis is a bug in lockstep. ${hint}`, code: exitCode.undecided }
}
