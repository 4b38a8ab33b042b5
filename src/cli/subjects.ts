import type { GuestSubject } from '../guests/process.ts'
import { noFileAt } from '../guests/whole-file.ts'
import { families } from '../rules/table.ts'
import type { Subject } from '../subject/subject.ts'
import { didYouMean, Missing, UsageError } from './failures.ts'
import { commandAt, isCommand, isPythonFile, pythonFileAt } from './own-subjects.ts'
import { installed } from './package.ts'
import { live, recordings } from './recordings.ts'
import type { SubjectRequest } from './subject-request.ts'
import { breathing, guarded, wrapped } from './wrapped.ts'

/** A subject that is not here, and how to get it: a value, so that the others go on. */
export interface Absent {
  readonly absent: string
}

export interface Opened {
  readonly subjects: Subject[]
  /** What was asked for, by subject: a name, or the path of a module. */
  readonly asked: ReadonlyMap<Subject, string>
  /** What is not here, a line each. */
  readonly hints: string[]
}

type Load = (request: SubjectRequest) => Promise<Subject | Absent>

async function recording(name: string): Promise<Subject> {
  const { GoldenFiles, goldenSubject } = await import('../guests/golden-files.ts')
  const files = new GoldenFiles(process.env.LOCKSTEP_GOLDEN)
  const open = (own: string, siblings?: () => Subject[]): Subject => {
    const { directory, arithmetic, bitExact } = recordings[own]!
    return goldenSubject(files, directory, { name: own, arithmetic, bitExact, ...(siblings && { siblings }) })
  }
  const others = siblingsOf[name]?.filter(other => Object.hasOwn(recordings, other))
  return open(name, others && (() => others.map(other => open(other))))
}

/** Paths through the same framework, which are held against each other. */
const siblingsOf: Readonly<Record<string, readonly string[]>> = {
  pytorch: ['pytorch:ieee'],
  'pytorch:live': ['pytorch:live:loop', 'pytorch:live:foreach', 'pytorch:live:fused'],
}

async function liveSubject(name: string, { python, timeout }: SubjectRequest): Promise<Subject | Absent> {
  const [{ pythonDrivers, pythonSubject }, { lackingAny, pythonHere }] = await Promise.all([
    import('../guests/python.ts'),
    import('./python.ts'),
  ])
  const { needs, install } = pythonDrivers[name]!
  const found = await pythonHere(python, needs)
  const problem = lackingAny(found, needs, install)
  if (!found || problem !== undefined) return { absent: `${name} is not here: ${problem}` }
  const open = (own: string): GuestSubject =>
    pythonSubject(own, { python: found.python, ...live[own]!, ...(timeout && { timeout }) })
  const subject = open(name)
  const others = siblingsOf[name]?.map(open)
  return guarded(
    others
      ? wrapped(subject, {
          siblings: () => others,
          close: async () => {
            await Promise.all([subject, ...others].map(each => each.close()))
          },
        })
      : subject,
  )
}

async function tfjsWasm(): Promise<Subject | Absent> {
  const { tfjs, wasmInstall } = await import('../guests/tfjs.ts')
  return installed('@tensorflow/tfjs-backend-wasm') !== undefined
    ? tfjs('wasm')
    : { absent: `tfjs:wasm is not here. Get it with: ${wasmInstall}` }
}

/** Every named subject, in the order of the columns. */
const named: Readonly<Record<string, Load>> = {
  ...Object.fromEntries(Object.keys(recordings).map((name): [string, Load] => [name, () => recording(name)])),
  tfjs: async () => (await import('../guests/tfjs.ts')).tfjs(),
  'tfjs:wasm': tfjsWasm,
  ...Object.fromEntries(Object.keys(live).map((name): [string, Load] => [name, request => liveSubject(name, request)])),
}

export const subjectNames = Object.keys(named)

/** What is run when nobody names a subject: the columns of the matrix. */
const usual = [...Object.keys(recordings), 'tfjs', 'pytorch:live']

const moduleEnding = /\.[cm]?[jt]s$/

/** Whether a subject is the user's own: a module in TypeScript, JavaScript or Python, or a command. */
export const isModulePath = (name: string): boolean => moduleEnding.test(name) || isPythonFile(name) || isCommand(name)

/** Whether a name is a rule's; the formula itself can then stand for a subject. */
export const isRuleName = (name: string): boolean =>
  families.some(({ id, dialects }) => name === id || Object.keys(dialects).some(dialect => name === `${id}/${dialect}`))

/** The subjects that were named, or all that are here. A named one that is missing is an error; otherwise it is a hint. */
export async function openSubjects(names: readonly string[], request: SubjectRequest): Promise<Opened> {
  const asked = new Map<Subject, string>()
  const subjects: Subject[] = []
  const hints: string[] = []
  for (const name of names.length > 0 ? new Set(names) : usual) {
    const taken = [...subjectNames, ...subjects.map(subject => subject.name)]
    const found = await load(name, request, taken)
    if ('absent' in found && names.length > 0) throw new Missing(found.absent)
    if ('absent' in found) hints.push(found.absent)
    else {
      const subject = breathing(found)
      subjects.push(subject)
      asked.set(subject, name)
    }
  }
  return { subjects, asked, hints }
}

/** The columns of the conformance report: every recording, and every path through every framework. */
export const reported = [
  ...Object.keys(recordings),
  'tfjs',
  'tfjs:wasm',
  'pytorch:live:loop',
  'pytorch:foreach',
  'pytorch:fused',
  'keras:live',
  'keras:jax',
  'keras:torch',
  'optax:live',
]

/** Those of some names that are here, and why the others are not. */
export async function present(
  names: readonly string[],
  request: SubjectRequest,
): Promise<{ names: string[]; hints: string[] }> {
  const found = await Promise.all(names.map(async name => ({ name, subject: await load(name, request, names) })))
  return {
    names: found.flatMap(({ name, subject }) => ('absent' in subject ? [] : [name])),
    hints: found.flatMap(({ subject }) => ('absent' in subject ? [subject.absent] : [])),
  }
}

/** One subject by name or path. */
export async function openSubject(name: string, request: SubjectRequest): Promise<Subject> {
  const { subjects } = await openSubjects([name], request)
  return subjects[0]!
}

/** One subject by name or path; a user's own goes by its path where its name is taken. */
function load(name: string, request: SubjectRequest, taken: readonly string[]): Promise<Subject | Absent> {
  if (isCommand(name)) return commandAt(name, request, taken)
  if (isPythonFile(name)) return pythonFileAt(name, request, taken)
  if (isModulePath(name)) return moduleAt(name, request)
  const entry = Object.hasOwn(named, name) ? named[name] : undefined
  if (entry) return entry(request)
  throw new UsageError(
    `There is no subject '${name}'. ${didYouMean(name, subjectNames, 'Subjects')}`,
    `Or give the path of a module: lockstep verify ./my-adam.ts --rule adam/pytorch`,
  )
}

/** A user's module, in a process of its own. One that cannot be loaded is still asked, so that the report says why. */
async function moduleAt(path: string, { rules = [], timeout }: SubjectRequest): Promise<Subject> {
  const problem = noFileAt(path)
  if (problem !== undefined) {
    throw new UsageError(
      problem,
      'A module exports a function: export default (hyper, x0) => ({ step(gradient) { ... } })',
    )
  }
  const [{ moduleSubject }, { findRule }] = await Promise.all([
    import('../guests/module.ts'),
    import('../rules/lookup.ts'),
  ])
  const module = moduleSubject(path, {
    findRule: id => rules.find(rule => rule.id === id) ?? findRule(id),
    ...(timeout && { timeout }),
  })
  // What is on record of a framework must not excuse a module that happens to have its name.
  const own = wrapped(module, {
    get name() {
      return subjectNames.includes(module.name) ? path : module.name
    },
  })
  return guarded(own)
}
