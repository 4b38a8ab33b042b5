import { resolve } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { companions, writers } from '../report/index.ts'
import { didYouMean, UsageError } from './failures.ts'
import { checkWritable } from './output.ts'

/** One way in which the report is to be written, and where: without a file, to standard output. */
export interface ReporterChoice {
  readonly name: string
  readonly file?: string
}

const names = Object.keys(writers)

/** The reporters, for help texts. */
export const reporterNames = names.join(', ')

/** Reads `name` or `name=file`; a problem is given as text. */
export function parseReporter(text: string): ReporterChoice | string {
  const [, name = '', file] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? []
  if (!names.includes(name)) return `There is no reporter '${name}'. ${didYouMean(name, names, 'Reporters')}`
  if (file === '') return `${text} names no file. Write for example ${name}=report.txt.`
  return { name, ...(file !== undefined && { file }) }
}

/** Gathers `--reporter`, which may be given more than once. */
export function reporterValue(text: string, before: readonly ReporterChoice[]): ReporterChoice[] {
  const choice = parseReporter(text)
  if (typeof choice === 'string') throw new InvalidArgumentError(choice)
  return [...before, choice]
}

interface Asked {
  readonly reporter: readonly ReporterChoice[]
  readonly json?: boolean
  readonly output?: string
}

/** The reporters that were asked for, `--json` and `--output` included; what cannot be written is refused now. */
export function chooseReporters({ reporter, json, output }: Asked): ReporterChoice[] {
  const named = json && !reporter.some(({ name }) => name === 'json') ? [...reporter, { name: 'json' }] : [...reporter]
  const all = withOutput(named.length > 0 ? named : [{ name: 'terminal' }], output)
  const screen = all.filter(({ file }) => file === undefined).map(({ name }) => name)
  const alone = screen.find(name => !companions.has(name))
  if (alone !== undefined && screen.length > 1)
    throw new UsageError(
      `${screen.join(' and ')} cannot both be written to standard output: ${alone} is a document of its own.`,
      `Give it a file: --reporter ${alone}=report.${endings[alone] ?? 'txt'}`,
    )
  const files = all.flatMap(({ file }) => (file === undefined ? [] : [file]))
  const twice = files.find((file, at) => files.findIndex(other => resolve(other) === resolve(file)) !== at)
  if (twice !== undefined) throw new UsageError(`Two reporters cannot write the same file, ${twice}.`, 'Name another.')
  for (const file of files) checkWritable(file)
  return all
}

const endings: Readonly<Record<string, string>> = { json: 'json', junit: 'xml', markdown: 'md' }

/** `--output` is the file of the one reporter that has none. */
function withOutput(all: readonly ReporterChoice[], output: string | undefined): ReporterChoice[] {
  if (output === undefined) return [...all]
  if (output === '') throw new UsageError('--output names no file.', 'Give it a path.')
  if (all.filter(({ file }) => file === undefined).length !== 1)
    throw new UsageError(
      '--output is the file of one reporter.',
      'With several, give each its own: --reporter junit=report.xml --reporter json=report.json',
    )
  return all.map(({ name, file }) => ({ name, file: file ?? output }))
}
