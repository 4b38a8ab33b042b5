import type { Check, Context } from '../checks/index.ts'
import { checksFor, evaluate } from '../checks/index.ts'
import { failed, type Judgement } from '../checks/judgement.ts'
import { keptFor } from '../checks/kept.ts'
import { judgeTrace } from '../checks/lockstep.ts'
import { drive } from '../subject/driver.ts'
import { noRule } from '../subject/no-rule.ts'
import type { Scenario } from '../subject/scenario.ts'
import type { Format, HyperValues } from '../subject/subject.ts'
import { type Deviation, type Known, type Result, stale } from '../subject/verdict.ts'

/** What is on record of one subject under one rule, and what came of it in this run. */
export class CellRecord {
  readonly #context: Context
  readonly #deviations: readonly Deviation[]
  readonly #seen = new Set<Deviation>()

  constructor(context: Context, deviations: readonly Deviation[]) {
    this.#context = context
    this.#deviations = deviations.filter(
      ({ subject, rule }) => subject === context.subject.name && rule === context.rule.id,
    )
  }

  /** Values of hyper-parameters that a check leaves to the record, so that everything else is held to it as ever. */
  exceptions(check: Check, format: Format): HyperValues[] {
    return this.#deviations
      .filter(deviation => concerns(deviation, check.name, check.group, format))
      .flatMap(({ where }) => (where ? [where] : []))
  }

  /** Whether a failure of this check would be on record, and its smallest input with it. */
  covers(check: Check, format: Format): boolean {
    return this.#deviations.some(
      deviation => deviation.scenario && !deviation.where && concerns(deviation, check.name, check.group, format),
    )
  }

  /** Marks a failure that is on record: it was run, it is shown, and it does not fail the whole. */
  mark(result: Result): Result {
    const [format] = result.formats ?? []
    const found = this.#deviations.find(
      deviation =>
        !deviation.where &&
        (result.verdict === 'fail'
          ? concerns(deviation, result.check, result.group, format)
          : raised(deviation, result)),
    )
    if (!found) return result
    this.#seen.add(found)
    return { ...result, verdict: 'fail', known: knownAs(found) }
  }

  /** What is on record of this cell. */
  get deviations(): readonly Deviation[] {
    return this.#deviations
  }

  /** Each deviation once more, when its checks were run: all of them, or those of these names. */
  async *close(ran?: ReadonlySet<string>): AsyncGenerator<Result> {
    for (const deviation of this.#deviations) {
      if (ran && !deviation.checks.every(check => ran.has(check))) continue
      const result = await this.settle(deviation)
      if (result) yield result
    }
  }

  /**
   * A deviation by its own scenario, else by whether a check failed of it. One that passes is stale, which is a failure:
   * the record no longer tells the truth. Undefined where the checks have said it all.
   */
  async settle(deviation: Deviation): Promise<Result | undefined> {
    const { scenario, where } = deviation
    if (scenario && !this.#context.recorded) return this.#own(deviation, scenario)
    if (where) return this.#context.recorded ? undefined : this.#unheld(deviation)
    return this.#seen.has(deviation) ? undefined : this.#stale(deviation)
  }

  /** Scenarios with these values were left to the record, and nothing shows whether it still tells the truth. */
  #unheld({ reason }: Deviation): Result {
    return {
      ...this.#base(undefined),
      verdict: 'unknown',
      reason: `a known deviation with \`where\` needs its \`scenario\` too, or nothing would show when it is mended: ${reason}`,
    }
  }

  async #own(deviation: Deviation, scenario: Scenario): Promise<Result> {
    try {
      const judgement = await this.#judge(deviation, scenario)
      if (!judgement) return this.#stale(deviation)
      const { observed, finding, reason } = judgement
      return {
        ...this.#base(scenario.format),
        verdict: 'fail',
        scenarios: 1,
        observed,
        scenario,
        ...(finding && { finding }),
        ...(reason !== undefined && { reason }),
        known: knownAs(deviation),
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const undecided = { ...this.#base(scenario.format), verdict: 'unknown', scenario, reason } as const
      return raised(deviation, undecided) ? { ...undecided, verdict: 'fail', known: knownAs(deviation) } : undecided
    }
  }

  /** How the scenario of a deviation still fails: against the formula, else by one of the checks that it names, if it is about it. */
  async #judge({ checks }: Deviation, scenario: Scenario): Promise<Judgement | undefined> {
    const { subject, rule, arithmetic } = this.#context
    const context = { ...this.#context, formats: [scenario.format], first: [scenario] }
    if (rule.id !== noRule) {
      const formula = judgeTrace(rule, arithmetic, await drive(subject, scenario))
      if (failed(formula)) return formula
    }
    const named = checksFor(rule).filter(({ name }) => checks.includes(name))
    for (const check of named.filter(each => keptFor(each, context).length > 0)) {
      const judgement = await evaluate(check, context, scenario)
      if (failed(judgement)) return judgement
    }
    return undefined
  }

  #stale({ reason, formats }: Deviation): Result {
    return {
      ...this.#base(formats?.[0]),
      verdict: 'fail',
      reason: `${stale} ${reason}`,
    }
  }

  #base(format: Format | undefined): Pick<Result, 'subject' | 'rule' | 'check' | 'group' | 'formats'> {
    const { subject, rule } = this.#context
    return {
      subject: subject.name,
      rule: rule.id,
      check: recordCheck,
      group: 'formula',
      ...(format && { formats: [format] }),
    }
  }
}

/** What results are called that stand for a deviation on record itself; no check has this name. */
export const recordCheck = 'known deviation'

const concerns = ({ checks, formats }: Deviation, name: string, group: string, format: Format | undefined): boolean =>
  (checks.includes(name) || checks.includes(group)) && (!formats || !format || formats.includes(format))

/** Whether a check was broken off by what is on record as raised. */
const raised = ({ throws }: Deviation, { verdict, reason = '' }: Result): boolean =>
  verdict === 'unknown' && throws !== undefined && reason.includes(throws)

const knownAs = ({ reason, link, when, title, kind }: Deviation): Known => ({
  reason: when === undefined ? reason : `${reason} (${when})`,
  ...(link !== undefined && { link }),
  ...(title !== undefined && { title }),
  ...(kind && { kind }),
})
