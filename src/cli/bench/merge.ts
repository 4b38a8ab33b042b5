import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ledger, mergedRecords } from '../../train/study/ledger.ts'
import type { RunRecord } from '../../train/study/record.ts'
import { exitCode, UsageError } from '../failures.ts'
import { print, tell, writeWhole } from '../output.ts'
import type { MergeOptions } from './questions.ts'
import { report } from './report.ts'
import { files } from './run.ts'
import { read } from './study.ts'

/** Puts the runs of several directories into one, each once, and writes the report of all. */
export async function runMerge(directories: readonly string[], { out }: MergeOptions): Promise<number> {
  const given = read(join(directories[0]!, files.study))
  for (const directory of directories) {
    const text = readFileSync(join(directory, files.study), 'utf8')
    if (text !== given.text)
      throw new UsageError(
        `${directory} and ${directories[0]} are not of one study: their ${files.study} differ.`,
        'Merge what was made from the same study file.',
      )
  }
  const records = mergedRecords(directories.map(directory => join(directory, files.ledger)))
  mkdirSync(out, { recursive: true })
  writeWhole(join(out, files.study), given.text)
  const ledger = await Ledger.open(join(out, files.ledger))
  try {
    for (const record of records) if (!ledger.get(record.id)) ledger.append(record)
    tell(`${ledger.records.length} runs are in ${ledger.path}.`)
    const { records: all } = ledger
    if (all.some(({ phase }) => phase === 'final'))
      await print(await report(out, { ...given, records: all, command: commandFor(given.study.id, all) }))
    return exitCode.conforms
  } finally {
    await ledger.close()
  }
}

/** What makes such runs: the data that they were made on has to be named again. */
const commandFor = (study: string, [first]: readonly RunRecord[]): string =>
  `lockstep bench cifar10 --study ${study}${first?.data.name === 'CIFAR-10' ? ' --data cifar-10-batches-bin' : ''}`
