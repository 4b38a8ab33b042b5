import type { RecordedHeader } from '../../subject/recorded-trace.ts'
import { TraceError } from './error.ts'
import { type ElementType, product, type StoredArray } from './stored.ts'

interface DraftMoment {
  readonly x: Record<string, Float64Array>
  readonly state: Record<string, Record<string, Float64Array>>
}

/** A record on its way: what a line of JSON lines would hold. */
export interface Draft extends DraftMoment {
  step: number
  readonly t: Record<string, number | null>
  readonly hyper: Record<string, number | boolean>[]
  readonly g: Record<string, Float64Array | null>
  before?: DraftMoment
}

/** Puts a row of an array where it belongs. */
type Put = (draft: Draft, row: Float64Array) => void

/** What an array of a trace is, by its name. */
export interface Column {
  readonly array: StoredArray
  readonly put: Put
  /** For one more row, of what was before the first step; absent where there can be none. */
  readonly begin?: Put
}

interface Kind {
  /** Its captures are the names that `put` is given. */
  readonly pattern: RegExp
  /** Whether its last capture is a parameter, and a row has its numbers. */
  readonly numbers?: boolean
  readonly put: (names: readonly string[], array: StoredArray, header: RecordedHeader) => Put
  readonly begin?: (names: readonly string[]) => Put
}

const before = (draft: Draft): DraftMoment => {
  draft.before ??= { x: {}, state: {} }
  return draft.before
}

const iterate =
  (moment: (draft: Draft) => DraftMoment) =>
  ([id]: readonly string[]): Put =>
  (draft, row) => {
    moment(draft).x[id!] = row
  }

const state =
  (moment: (draft: Draft) => DraftMoment) =>
  ([variable, id]: readonly string[]): Put =>
  (draft, row) => {
    const all = moment(draft).state
    all[id!] = { ...all[id!], [variable!]: row }
  }

const same = (draft: Draft): DraftMoment => draft

/** The arrays of a trace; a count of 0 is one that is not known (docs/traces.md). A parameter's name may have slashes of its own; a variable's has none. */
const kinds: readonly Kind[] = [
  {
    pattern: /^step$/,
    put: () => (draft, row) => {
      draft.step = row[0]!
    },
  },
  {
    pattern: /^t$/,
    put:
      (_, __, { params }) =>
      (draft, row) => {
        for (const { name } of params) if (!Object.hasOwn(draft.t, name)) draft.t[name] = row[0] || null
      },
  },
  {
    pattern: /^t\/(.+)$/s,
    put:
      ([id]) =>
      (draft, row) => {
        draft.t[id!] = row[0] || null
      },
  },
  {
    pattern: /^hyper\/(\d+)\/(.+)$/s,
    put:
      ([group, id], { name, type }, { groups }) =>
      (draft, row) => {
        const values = draft.hyper[Number(group)]
        if (!values) throw new TraceError(name, `there are ${groups.length} groups, counted from 0.`)
        values[id!] = type === 'BOOL' ? row[0] === 1 : row[0]!
      },
  },
  {
    pattern: /^absent\/(.+)$/s,
    put:
      ([id]) =>
      (draft, row) => {
        if (row[0] !== 0) draft.g[id!] = null
      },
  },
  {
    pattern: /^g\/(.+)$/s,
    numbers: true,
    put:
      ([id]) =>
      (draft, row) => {
        if (draft.g[id!] !== null) draft.g[id!] = row
      },
  },
  { pattern: /^x\/(.+)$/s, numbers: true, put: iterate(same), begin: iterate(before) },
  { pattern: /^state\/([^/]+)\/(.+)$/s, numbers: true, put: state(same), begin: state(before) },
  { pattern: /^before\/x\/(.+)$/s, numbers: true, put: iterate(before) },
  { pattern: /^before\/state\/([^/]+)\/(.+)$/s, numbers: true, put: state(before) },
]

const formatOf: Partial<Record<ElementType, string>> = { F32: 'float32', F64: 'float64' }

/** What an array is; one that a trace does not have, or of another type or size than its parameter, is refused. */
export function columnOf(array: StoredArray, header: RecordedHeader): Column {
  for (const { pattern, numbers = false, put, begin } of kinds) {
    const match = pattern.exec(array.name)
    if (!match) continue
    const names = match.slice(1)
    checkRow(array, numbers ? sizeOfParameter(array, names.at(-1)!, header) : 1)
    return { array, put: put(names, array, header), ...(begin && { begin: begin(names) }) }
  }
  throw new TraceError(
    array.name,
    'a trace has no such array.',
    'It has step, t, t/<parameter>, hyper/<group>/<name>, g/<parameter>, absent/<parameter>, x/<parameter>, state/<variable>/<parameter>, before/x/<parameter>, before/state/<variable>/<parameter>.',
  )
}

function sizeOfParameter({ name, type }: StoredArray, id: string, { params }: RecordedHeader): number {
  const param = params.find(candidate => candidate.name === id)
  if (!param)
    throw new TraceError(
      name,
      `the header has no parameter '${id}'.`,
      `It has ${params
        .slice(0, 12)
        .map(({ name: known }) => known)
        .join(', ')}.`,
    )
  if (formatOf[type] !== param.format)
    throw new TraceError(name, `it holds ${type}, but the header says that '${id}' is ${param.format}.`)
  return param.length
}

function checkRow({ name, shape }: StoredArray, size: number): void {
  const given = product(shape.slice(1))
  if (given !== size) throw new TraceError(name, `expected rows of ${size} numbers, got ${given}.`)
}
