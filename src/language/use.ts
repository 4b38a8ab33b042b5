import { type Place, RuleError } from './error.ts'
import { parseBlock } from './parse.ts'
import type { DialectSource } from './rule.ts'
import type { Assignment, Syntax } from './syntax.ts'

/** Every name that an expression reads. */
function namesIn(syntax: Syntax): string[] {
  switch (syntax.op) {
    case 'num':
      return []
    case 'name':
      return [syntax.id]
    case 'call':
      return syntax.args.flatMap(namesIn)
    case 'cond':
      return [syntax.test, syntax.a, syntax.b].flatMap(namesIn)
    case 'neg':
    case 'not':
      return namesIn(syntax.a)
    default:
      return [syntax.a, syntax.b].flatMap(namesIn)
  }
}

/**
 * Refuses what a step computes for nothing: a value that is never read, or is assigned again before it is, and a state
 * variable that keeps its first value for ever. Each is most likely a name that was mistaken for another.
 */
export function checkUse(id: string, source: DialectSource): void {
  const field = `${id}, step`
  const text = Array.isArray(source.step) ? source.step.join('\n') : source.step
  const place = ({ at }: Assignment): Place => ({ field, text, offset: at })
  const states = Object.keys(source.state ?? {})
  const statements = parseBlock(text, field)
  const unread = new Map<string, Assignment>()
  for (const assignment of statements) {
    for (const name of namesIn(assignment.value)) unread.delete(name)
    const before = unread.get(assignment.target)
    if (before)
      throw new RuleError(
        `'${assignment.target}' is assigned again before this value is read.`,
        'Read it in between, give one of the two another name, or remove this line.',
        place(before),
      )
    unread.set(assignment.target, assignment)
  }
  for (const [name, assignment] of unread)
    if (name !== 'x' && !states.includes(name))
      throw new RuleError(`'${name}' is never read.`, 'Use it in a later line, or remove this one.', place(assignment))
  const constant = states.find(name => !statements.some(({ target }) => target === name))
  if (constant !== undefined)
    throw new RuleError(
      `${id}, state ${constant}: the step never assigns it, so that it keeps its first value.`,
      'Assign it, remove it, or make it a hyper-parameter.',
    )
}
