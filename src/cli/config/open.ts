import { printable } from '../../language/readable.ts'
import type { Subject } from '../../subject/subject.ts'
import { commandName } from '../own-subjects.ts'
import type { SubjectRequest } from '../subject-request.ts'
import { type Opened, openSubjects } from '../subjects.ts'
import { wrapped } from '../wrapped.ts'
import { entryNamed, nameOf } from './plan.ts'
import type { SubjectFields } from './schema.ts'

/** What was opened, and the entry of each. */
export interface OpenedEntries extends Opened {
  readonly entryOf: ReadonlyMap<Subject, SubjectFields>
}

/** Opens what a configuration or the command line names, in order; where nothing is named, everything that is here. */
export async function openEntries(entries: readonly SubjectFields[], request: SubjectRequest): Promise<OpenedEntries> {
  if (entries.length === 0) return { ...(await openSubjects([], request)), entryOf: new Map() }
  const asked = new Map<Subject, string>()
  const entryOf = new Map<Subject, SubjectFields>()
  for (const entry of entries) {
    const { subjects } = await openSubjects([entry.subject ?? commandName(entry.command!)], requestFor(entry, request))
    const subject = named(subjects[0]!, entry)
    asked.set(subject, nameOf(entry))
    entryOf.set(subject, entry)
  }
  return { subjects: [...asked.keys()], asked, hints: [], entryOf }
}

/** What a single entry says of how its subject is opened: the one place where `python` and `map` are handed on. */
function requestFor({ python, map, hyper }: SubjectFields, request: SubjectRequest): SubjectRequest {
  return {
    ...request,
    ...(python !== undefined && { python }),
    ...(map && { map }),
    ...(hyper && { hyper: { ...request.hyper, ...hyper } }),
  }
}

/** One subject as the command line names it: an entry of `lockstep.yaml`, where there is one of that name. */
export async function openNamed(name: string, request: SubjectRequest): Promise<Subject> {
  const { subjects } = await openEntries([entryNamed(name)], request)
  return subjects[0]!
}

function named(subject: Subject, { name, formats }: SubjectFields): Subject {
  if (name === undefined && !formats) return subject
  return wrapped(subject, {
    ...(name !== undefined && { name: printable(name) }),
    ...(formats && {
      // What a guest has is known only once it was asked.
      get formats() {
        return subject.formats.filter(format => formats.includes(format))
      },
    }),
  })
}
