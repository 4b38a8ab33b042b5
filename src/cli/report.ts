import { type Command, Option } from 'commander'
import { seedValue } from './options.ts'
import type { Finish } from './questions.ts'
import type { ReportOptions } from './report-run.ts'

const examples = `
Examples:
  $ lockstep report                                     every subject that is here, into reports/conformance/
  $ lockstep report --python .venv/bin/python           the frameworks of that Python too, live
  $ lockstep report tfjs optax --out /tmp/two           two subjects

Writes index.html (one page that needs nothing else), results.csv, and a scenario for every deviation.`

/** `lockstep report`: the conformance report, as a page, a table and a document. */
export function report(program: Command, finish: Finish): void {
  program
    .command('report')
    .summary('write the conformance report of everything that is here')
    .description(
      'Holds every subject that is here against its own formulas, and writes a matrix like those of browser support: each cell with its evidence, each deviation with its smallest input.',
    )
    .argument('[subject...]', 'names; default: every recording and every framework that is here')
    .option('--out <directory>', 'where it is written', 'reports/conformance')
    .option('--python <path>', 'the Python of the live frameworks')
    .addOption(
      new Option('--depth <how>', 'quick takes minutes with live frameworks, full takes hours')
        .choices(['quick', 'full'])
        .default('quick'),
    )
    .option('--seed <n>', 'of the scenarios; the default never changes', seedValue)
    .addHelpText('after', examples)
    .action(async (names: string[], options: ReportOptions) =>
      finish(await (await import('./report-run.ts')).runReport(names, options)),
    )
}
