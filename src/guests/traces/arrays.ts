import type { RecordedHeader, RecordedStep, RecordedTrace } from '../../subject/recorded-trace.ts'
import { type Column, columnOf, type Draft } from './columns.ts'
import { TraceError } from './error.ts'
import { headerFrom } from './header.ts'
import { StepReader } from './steps.ts'
import { rowOf, type StoredArray } from './stored.ts'

/** A trace as arrays, a row a record, each named by where it stands in a record of JSON lines. */
export function arrayTrace(
  path: string,
  header: unknown,
  arrays: readonly StoredArray[],
  close: () => Promise<void>,
): RecordedTrace {
  const checked = headerFrom(header, `${path}, its header`)
  const records = countOf(path, arrays)
  const columns = arrays.map(array => columnOf(array, checked))
  for (const column of columns) checkRows(column, records)
  let done = 0
  return {
    header: checked,
    async *steps(): AsyncGenerator<RecordedStep> {
      const reader = new StepReader(checked)
      for (let r = 0; r < records; r++) {
        yield reader.read(await draftOf(columns, r, records, checked), `record ${r + 1}`)
        done = r + 1
      }
    },
    get progress() {
      return records === 0 ? 1 : done / records
    },
    close,
  }
}

function countOf(path: string, arrays: readonly StoredArray[]): number {
  const gradients = arrays.find(({ name }) => name.startsWith('g/'))
  if (!gradients)
    throw new TraceError(
      path,
      'there are no gradients.',
      'Expected arrays g/<parameter> with a row a step; see docs/traces.md.',
    )
  return gradients.shape[0] ?? 0
}

function checkRows({ array: { name, shape }, begin }: Column, records: number): void {
  const rows = shape[0] ?? 0
  if (rows === records || (begin && rows === records + 1)) return
  throw new TraceError(
    name,
    `it has ${rows} rows, the gradients have ${records}.`,
    begin ? 'Expected as many, or one more for what was before the first step.' : 'Expected as many.',
  )
}

async function draftOf(
  columns: readonly Column[],
  r: number,
  records: number,
  { groups }: RecordedHeader,
): Promise<Draft> {
  const draft: Draft = { step: r + 1, t: {}, hyper: groups.map(() => ({})), g: {}, x: {}, state: {} }
  for (const { array, put, begin } of columns) {
    if (r === 0 && begin && array.shape[0] === records + 1) begin(draft, await rowOf(array))
    put(draft, await rowOf(array))
  }
  return draft
}
