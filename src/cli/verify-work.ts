import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { OwnOptions, VerifyOptions } from '../kit/options.ts'
import { report as reportOf } from '../kit/report.ts'
import { verify } from '../kit/verify.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { describeArithmetic } from '../report/arithmetic-text.ts'
import type { Subject } from '../subject/subject.ts'
import type { Deviation, Diagnosis, Report, Result } from '../subject/verdict.ts'
import { OnRecord } from './config/deviations.ts'
import type { OpenedEntries } from './config/open.ts'
import type { Plan } from './config/plan.ts'
import { FollowUp } from './follow-up.ts'
import { interruptible } from './interrupt.ts'
import { LiveFindings } from './live-findings.ts'
import { tell } from './output.ts'
import { Outputs } from './outputs.ts'
import { version } from './package.ts'
import { Progress } from './progress.ts'
import type { ReporterChoice } from './reporter-choice.ts'
import { isRuleFile } from './rule-source.ts'
import { keptScenarios, type ScenarioFile } from './scenario-file.ts'

/** A rule, and how it was asked for: by id or by file. */
export interface AskedRule {
  readonly asked: string
  readonly rule: Rule
}

/** What was asked for, read and checked. */
export interface Request {
  /** Every rule that is asked for by anyone, and those that all subjects are held to. */
  readonly rules: readonly AskedRule[]
  readonly shared: readonly AskedRule[]
  readonly plan: Plan
}

/** One run of `verify`, whose results are written as they arrive. */
export class VerifyRun {
  readonly #request: Request
  readonly #opened: OpenedEntries
  readonly #results: Result[] = []
  readonly #diagnoses: Diagnosis[] = []
  readonly #followUp: FollowUp
  readonly #onRecord: OnRecord
  readonly #outputs: Outputs
  readonly #options: VerifyOptions
  readonly #progress = new Progress()
  readonly #started = performance.now()

  constructor(
    request: Request,
    opened: OpenedEntries,
    given: readonly Deviation[],
    reporters: readonly ReporterChoice[],
  ) {
    const { rules, plan } = request
    this.#request = request
    this.#opened = opened
    this.#followUp = new FollowUp(opened.asked, {
      rules,
      save: plan.options.save,
      keep: plan.options.keep,
      hyper: plan.typedHyper,
      // What a configuration says, the next command reads there.
      python: plan.source === undefined ? plan.options.python : undefined,
    })
    this.#onRecord = new OnRecord(given, plan.source, {
      subject: subject => opened.asked.get(subject),
      rule: path => rules.find(({ asked, rule }) => asked === path || rule.id === path)?.rule.id,
    })
    this.#options = this.#asked()
    this.#outputs = new Outputs(reporters, () => this.#soFar())
  }

  /** How a result's rule and subject were asked for. */
  asked(result: Result): { rule: string; subject: string } {
    return this.#followUp.asked(result)
  }

  /** Runs it and writes the reports; stopped or broken off, what was found until then is written. */
  async report(): Promise<Report> {
    const close = (): Promise<unknown> => Promise.all(this.#opened.subjects.map(subject => subject.close?.()))
    let report: Report
    try {
      this.#outputs.start()
      const work = (signal: AbortSignal): Promise<Report> => verify({ ...this.#options, signal })
      report = await interruptible(work, close, () => inWords(this.#results))
    } catch (error) {
      this.#progress.stop()
      await this.#outputs.end(this.#soFar()).catch(problem => tell((problem as Error).message))
      throw error
    } finally {
      this.#progress.stop()
      await close()
    }
    const { entries, whole } = this.#request.plan
    const complete = this.#complete(
      report,
      this.#onRecord.notes(this.#results, this.#opened.subjects, whole && entries.length > 0),
    )
    await this.#outputs.end(complete)
    return complete
  }

  #asked(): VerifyOptions {
    const { shared, plan } = this.#request
    const { check, contracts = false, hyper, depth, strict = false, seed } = plan.options
    // What failed here before is not part of a report that others are to make again.
    const kept = plan.options.keep === undefined ? keptScenarios(tell) : []
    const live = new LiveFindings(this.#progress)
    return {
      subjects: this.#opened.subjects,
      ...(shared.length > 0 && { rules: shared.map(given) }),
      ...(check.length > 0 && { checks: check }),
      contracts,
      hyper,
      depth,
      strict,
      seed,
      own: this.#own(),
      deviations: subject => this.#onRecord.of(subject),
      first: (subject, rule, name) => this.#first(kept, { subject: subject.name, rule: rule.id }, name),
      onResult: result => {
        const told = this.#followUp.add(result)
        this.#results.push(told)
        live.result(told)
        this.#outputs.result(told)
      },
      diagnose: plan.options.diagnose,
      onDiagnosis: diagnosis => this.#diagnoses.push(diagnosis),
      onStart: (subject, rule, done, total) => this.#progress.update(done, total, `${subject}, ${rule}`),
    }
  }

  #first(
    kept: readonly ScenarioFile[],
    cell: { subject: string; rule: string },
    check: string,
  ): ScenarioFile['scenario'][] {
    const { subject, rule } = this.#followUp.asked(cell)
    return kept
      .filter(file => file.check === check && file.rule === rule && file.subject === subject)
      .map(({ scenario }) => scenario)
  }

  /** What the entries of the configuration ask of single subjects. */
  #own(): ReadonlyMap<Subject, OwnOptions> {
    const { rules, plan } = this.#request
    return new Map(
      [...this.#opened.entryOf].map(([subject, entry]) => [
        subject,
        {
          ...(entry.rules && { rules: entry.rules.map(text => given(rules.find(({ asked }) => asked === text)!)) }),
          ...(entry.hyper && { hyper: { ...plan.options.hyper, ...entry.hyper, ...plan.typedHyper } }),
        },
      ]),
    )
  }

  /** What is known until now, of the subjects that have answered: others may not be able to say what they are. */
  #soFar(): Report {
    const seconds = (performance.now() - this.#started) / 1000
    const answered = new Set(this.#results.map(({ subject }) => subject))
    const subjects = this.#opened.subjects.filter(({ name }) => answered.has(name))
    return this.#complete({ ...reportOf(subjects, this.#options, this.#results, seconds), incomplete: true }, [])
  }

  /** The report with what only the command line knows: versions, arithmetic in words, commands, and paths. */
  #complete(report: Report, notes: readonly string[]): Report {
    const { subjects, asked, entryOf } = this.#opened
    const own = new Map(subjects.map(subject => [subject.name, subject]))
    return {
      ...report,
      versions: {
        lockstep: version,
        node: process.versions.node,
        ...Object.fromEntries(report.subjects.filter(s => s.version).map(s => [s.name, s.version])),
      },
      subjects: report.subjects.map(subject => {
        const opened = own.get(subject.name)!
        const path = pathOf(entryOf.get(opened)?.subject ?? asked.get(opened) ?? '')
        return {
          ...subject,
          arithmetic: describeArithmetic(opened.arithmetic ?? ieee),
          ...(path !== undefined && { path }),
        }
      }),
      results: this.#results,
      diagnoses: this.#diagnoses,
      ...(notes.length > 0 && { notes }),
    }
  }
}

/** A rule from a file as it was read; any other by its id, since a family means each subject's own dialect. */
const given = ({ asked, rule }: AskedRule): string | Rule => (isRuleFile(asked) ? rule : asked)

/** The file of a subject, as annotations name it: from the root of the repository. */
function pathOf(subject: string): string | undefined {
  const file = subject.replace(/:[A-Za-z_]\w*$/, '')
  if (!/\.\w+$/.test(file) || !existsSync(file)) return undefined
  return relative(process.env.GITHUB_WORKSPACE || '.', resolve(file)).replaceAll('\\', '/')
}

function inWords(results: readonly Result[]): string {
  const count = (verdict: Result['verdict']): number => results.filter(result => result.verdict === verdict).length
  return `Until then ${results.length} checks were done: ${count('pass')} hold, ${count('fail')} deviate, ${count('unknown')} undecided, ${count('skip')} not offered.`
}
