import type { GuestError } from '../guests/error.ts'
import { type PythonFile, pythonFile } from '../guests/python-path.ts'
import { noFileAt } from '../guests/whole-file.ts'
import type { Subject } from '../subject/subject.ts'
import { Missing, UsageError } from './failures.ts'
import type { SubjectRequest } from './subject-request.ts'
import { wordsOf } from './words.ts'
import { guarded, wrapped } from './wrapped.ts'

/** What the user's own subjects look like on the command line; what each may be called is told when it runs. */
export const isPythonFile = (name: string): boolean => pythonFile(name) !== undefined

/**
 * An optimizer in a Python file. It is started at once: whoever names a file or a class that is not there is told so
 * before the work begins. A file that breaks while it is imported is reported as undecided, and the others go on.
 */
export async function pythonFileAt(name: string, request: SubjectRequest, taken: readonly string[]): Promise<Subject> {
  const found = pythonFile(name)!
  checkFile(found)
  const [{ pythonFileSubject }, { findRule }] = await Promise.all([
    import('../guests/python-file.ts'),
    import('../rules/lookup.ts'),
  ])
  const { rules = [], python, hyper, map, timeout } = request
  const guest = pythonFileSubject(found, {
    findRule: id => rules.find(rule => rule.id === id) ?? findRule(id),
    ...(python !== undefined && { python }),
    ...(hyper && { held: hyper }),
    ...(map && { map }),
    ...(timeout && { timeout }),
  })
  const trouble = await guest.connect().then(
    () => undefined,
    (error: GuestError) => error,
  )
  if (trouble) await tellNow(trouble, () => guest.close())
  return guarded(wrapped(guest, { name: taken.includes(guest.name) ? name : guest.name }))
}

/** What the user can mend at the command line is an error there; what broke in the file itself is left to the report. */
async function tellNow(trouble: GuestError, close: () => Promise<void>): Promise<void> {
  if (trouble.kind !== 'refused' && trouble.kind !== 'missing') return
  await close()
  if (trouble.kind === 'missing') throw new Missing(trouble.message)
  throw new UsageError(trouble.message)
}

function checkFile({ file }: PythonFile): void {
  const problem = noFileAt(file)
  if (problem === undefined) return
  throw new UsageError(
    problem,
    'Name a Python file and the optimizer in it: lockstep verify my_opt.py:MyAdam --rule adam/pytorch',
  )
}

const commandPrefix = 'command:'

/** A command line as the name of a subject, as it is kept with failing scenarios. */
export const commandName = (line: string): string => commandPrefix + line

/** Whether a subject is a program that speaks the line protocol. */
export const isCommand = (name: string): boolean => name.startsWith(commandPrefix)

/** Any program that speaks lockstep/1 on its standard input and output. Like a Python file, it is started at once. */
export async function commandAt(name: string, request: SubjectRequest, taken: readonly string[]): Promise<Subject> {
  const line = name.slice(commandPrefix.length)
  const [command, ...args] = wordsOf(line) as [string, ...string[]]
  const [{ commandSubject }, { findRule }] = await Promise.all([
    import('../guests/command.ts'),
    import('../rules/lookup.ts'),
  ])
  const { rules = [], hyper, map, timeout } = request
  const guest = commandSubject(
    { title: line, command, args, ...(timeout && { timeout }) },
    {
      findRule: id => rules.find(rule => rule.id === id) ?? findRule(id),
      ...(hyper && { held: hyper }),
      ...(map && { map }),
    },
  )
  const trouble = await guest.connect().then(
    () => undefined,
    (error: GuestError) => error,
  )
  if (trouble?.kind === 'missing') await tellNow(trouble, () => guest.close())
  return guarded(wrapped(guest, { name: taken.includes(guest.name) ? line : guest.name }))
}
