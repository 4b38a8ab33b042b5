import { createRequire } from 'node:module'
import type { Figure, RunRecord } from '../../train/study/record.ts'
import type { StudyRecords } from './groups.ts'
import { hyperOf, rateOf, ruleName } from './measures.ts'

/** Digits of a fingerprint that tell data sets apart, for people. */
const digits = 12
export const shortened = (fingerprint: string): string => fingerprint.slice(0, digits)

type Cell = string | number | undefined

/** The part of csv-writer that is used; its own types are sources, which do not pass this project's type checker. */
interface CsvWriter {
  createObjectCsvStringifier(options: {
    readonly header: readonly { readonly id: string; readonly title: string }[]
    readonly recordDelimiter: string
  }): {
    getHeaderString(): string | null
    stringifyRecords(rows: readonly Readonly<Record<string, Cell>>[]): string
  }
}

/** What is the same in all rows of a run: a column each. */
const ofRun: Readonly<Record<string, (record: RunRecord) => Cell>> = {
  study: ({ study }) => study,
  arm: ({ arm }) => arm,
  rule: ({ run }) => ruleName(run),
  phase: ({ phase }) => phase,
  hyper: ({ run }) => JSON.stringify(hyperOf(run)),
  lr: ({ run }) => rateOf(run),
  model: ({ run }) => run.model,
  remedies: ({ run }) => JSON.stringify(run.remedies ?? {}),
  batch: ({ run }) => run.batch,
  schedule: ({ run }) => run.schedule ?? 'constant',
  seed: ({ run }) => run.seed,
}

/** What a row measures. */
const ofFigure: Readonly<Record<keyof Figure, (figure: Figure) => Cell>> = {
  epoch: ({ epoch }) => epoch,
  step: ({ step }) => step,
  metric: ({ metric }) => metric,
  value: ({ value }) => value,
}

/** How it was made, again the same in all rows of a run. */
const ofMachine: Readonly<Record<string, (record: RunRecord) => Cell>> = {
  outcome: ({ outcome }) => outcome,
  engine: ({ machine }) => machine.engine,
  device: ({ machine }) => machine.device,
  versions: ({ machine, lockstep }) => JSON.stringify({ lockstep, ...machine.versions }),
  data: ({ data }) => `${data.name} ${shortened(data.fingerprint)}`,
  run: ({ id }) => id,
}

/** The columns of the table of measurements, in order. */
export const columns = [...Object.keys(ofRun), ...Object.keys(ofFigure), ...Object.keys(ofMachine)]

const cells = <T>(table: Readonly<Record<string, (from: T) => Cell>>, from: T): Record<string, Cell> =>
  Object.fromEntries(Object.entries(table).map(([name, of]) => [name, of(from)]))

/** The figures of a run; one that diverged says so in a row, however it was recorded. */
export function figuresOf({ outcome, figures }: RunRecord): readonly Figure[] {
  if (outcome !== 'diverged' || figures.some(({ metric }) => metric === 'diverged')) return figures
  const { epoch, step } = figures.at(-1) ?? { epoch: 1, step: 0 }
  return [...figures, { epoch, step, metric: 'diverged', value: 1 }]
}

/**
 * All measurements as a tidy table in CSV (RFC 4180), one a row. Numbers have all their digits, accuracies are shares from 0
 * to 1, hyper-parameters, remedies and versions are JSON.
 */
export async function csv({ records }: StudyRecords): Promise<string> {
  const { createObjectCsvStringifier } = createRequire(import.meta.url)('csv-writer') as CsvWriter
  const table = createObjectCsvStringifier({
    header: columns.map(name => ({ id: name, title: name })),
    recordDelimiter: '\r\n',
  })
  const parts = records.flatMap(record => {
    const figures = figuresOf(record)
    // Of no rows csv-writer makes an empty line.
    if (figures.length === 0) return []
    const [run, machine] = [cells(ofRun, record), cells(ofMachine, record)]
    return table.stringifyRecords(figures.map(figure => ({ ...run, ...cells(ofFigure, figure), ...machine })))
  })
  return [table.getHeaderString() ?? '', ...parts].join('')
}
