import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { TraceJudge } from '../checks/recorded/judge.ts'
import { settleTrace } from '../checks/recorded/settle.ts'
import { completeHyper, HyperError } from '../derive/hyper.ts'
import { dialectState } from '../guests/dialect-state.ts'
import { traceName } from '../guests/traces/carrier.ts'
import { TraceError } from '../guests/traces/error.ts'
import { openTrace } from '../guests/traces/open.ts'
import { document } from '../report/json.ts'
import type { RecordedStep, RecordedTrace } from '../subject/recorded-trace.ts'
import { type CheckReport, checkDocument } from './check-document.ts'
import { HyperNames } from './check-hyper.ts'
import { arithmeticOf, dialectOf, ruleOf } from './check-origin.ts'
import { checkPage } from './check-page.ts'
import { StateNames } from './check-state.ts'
import { exitCode, UsageError } from './failures.ts'
import { interruptible } from './interrupt.ts'
import { checkWritable, print, tell } from './output.ts'
import { packageRoot } from './package.ts'
import { Progress } from './progress.ts'
import type { CheckOptions } from './questions.ts'
import { screen } from './screen.ts'

/** Checks a trace and prints what came of it; gives the exit code. */
export async function runCheck(path: string | undefined, options: CheckOptions): Promise<number> {
  if (options.writeRecorder !== undefined) return writeRecorder(options.writeRecorder)
  if (path === undefined)
    throw new UsageError('Which trace?', 'For example: lockstep check trace.jsonl --rule adamw/pytorch')
  const trace = await openTrace(path)
  try {
    const report = await judged(path, trace, options)
    await print(options.json ? document(checkDocument(report)) : checkPage(report, screen()))
    return { pass: exitCode.conforms, fail: exitCode.deviates, unknown: exitCode.undecided }[report.outcome.verdict]
  } finally {
    await trace.close()
  }
}

async function judged(path: string, trace: RecordedTrace, options: CheckOptions): Promise<CheckReport> {
  const { header } = trace
  const rule = await ruleOf(header, options.rule, path)
  completeHyper(rule, options.hyper)
  const { arithmetic, why } = arithmeticOf(header, options.arithmetic)
  const judge = new TraceJudge(rule, arithmetic, header)
  const dialect = dialectOf(header, rule)
  const names = new HyperNames(rule, options.hyper, dialect)
  const state = new StateNames(rule, dialect ? await dialectState(rule, dialect) : new Map())
  const progress = new Progress()
  const read = (signal: AbortSignal): Promise<string | undefined> =>
    readAll(trace, record => {
      signal.throwIfAborted()
      judge.take(
        state.of(record),
        record.hyper.map(values => names.of(values)),
      )
      progress.update(Math.round(100 * trace.progress), 100, `step ${record.step}`)
    })
  const trouble = await interruptible(
    read,
    () => trace.close(),
    () => soFar(judge),
  ).finally(() => progress.stop())
  const judgement = judge.judgement
  return {
    path: traceName(path),
    rule,
    arithmetic,
    why,
    header,
    names,
    state: state.read,
    judgement,
    outcome: settleTrace(judgement, trouble),
  }
}

/** Takes every step of a trace; why it could not be read to its end, in words. */
async function readAll(trace: RecordedTrace, take: (record: RecordedStep) => void): Promise<string | undefined> {
  let place = ''
  try {
    for await (const record of trace.steps()) {
      place = record.place
      take(record)
    }
    return undefined
  } catch (error) {
    if (error instanceof TraceError) return error.message
    if (error instanceof HyperError) return `${place}: ${error.message}`
    throw error
  }
}

const soFar = ({ judgement }: TraceJudge): string =>
  `Until then ${judgement.steps.checked} steps were checked${judgement.finding ? `, and step ${judgement.finding.step} deviates` : ''}.`

/** The recorder is one file, to be copied to where the training runs. */
function writeRecorder(to: string): number {
  const from = ['src/guests/python', 'dist/python']
    .map(folder => join(packageRoot, folder, 'lockstep_recorder.py'))
    .find(path => existsSync(path))
  if (from === undefined)
    throw new UsageError('The package lacks dist/python/lockstep_recorder.py.', 'Reinstall it, or run: npm run build')
  checkWritable(to)
  copyFileSync(from, to)
  tell(`The recorder is in ${to}. Its first lines say how it is used.`)
  return exitCode.conforms
}
