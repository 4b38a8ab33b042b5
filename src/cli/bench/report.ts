import { join } from 'node:path'
import type { RunRecord } from '../../train/study/record.ts'
import { screen } from '../screen.ts'
import type { GivenStudy } from './study.ts'

/** Writes the report of a study into its directory; gives what the terminal shows of it. */
export async function report(
  out: string,
  {
    study,
    text,
    records,
    command,
    beside = [],
  }: GivenStudy & {
    readonly records: readonly RunRecord[]
    readonly command: string
    /** What is said besides, a sentence each. */
    readonly beside?: readonly string[]
  },
): Promise<string> {
  const { analyse } = await import('../../report/cifar10/analysis.ts')
  const { terminal } = await import('../../report/cifar10/terminal.ts')
  const { writeReport } = await import('../../report/cifar10/write.ts')
  await writeReport(out, { study, records, studyText: text, command, beside })
  const { wrap } = await import('../../report/terminal-style.ts')
  const more = beside.flatMap(each => wrap(each, screen().width, '  ', '    ')).map(line => `${line}\n`)
  return `${terminal(analyse({ study, records }), screen())}\n${more.length > 0 ? `${more.join('')}\n` : ''}  The report: ${join(out, 'index.html')}; all figures: ${join(out, 'results.csv')}\n\n`
}
