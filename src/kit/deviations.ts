import { type Check, type Context, contracts } from '../checks/index.ts'
import { failed } from '../checks/judgement.ts'
import { judgeTrace } from '../checks/lockstep.ts'
import { drive } from '../subject/driver.ts'
import type { Format, HyperValues } from '../subject/subject.ts'
import type { Deviation, Result } from '../subject/verdict.ts'

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

  /** Marks a failure that is on record: it was run, it is shown, and it does not fail the whole. */
  mark(result: Result): Result {
    const [format] = result.formats ?? []
    const found = this.#deviations.find(
      deviation => !deviation.where && concerns(deviation, result.check, result.group, format),
    )
    if (result.verdict !== 'fail' || !found) return result
    this.#seen.add(found)
    return { ...result, known: knownAs(found) }
  }

  /** Each deviation by its own scenario. One that passes is stale, which is a failure: the record no longer tells the truth. */
  async *close(): AsyncGenerator<Result> {
    for (const deviation of this.#deviations) {
      const { scenario, where } = deviation
      if (scenario && !this.#context.recorded) yield await this.#own(deviation, scenario)
      else if (!where && !this.#seen.has(deviation)) yield this.#stale(deviation)
    }
  }

  async #own(deviation: Deviation, scenario: NonNullable<Deviation['scenario']>): Promise<Result> {
    const { subject, rule, arithmetic } = this.#context
    try {
      const contract = contracts.find(
        ({ name, concerns }) => deviation.checks.includes(name) && (concerns?.(rule) ?? true),
      )
      const judgement =
        contract && 'play' in contract
          ? await contract.play(scenario, this.#context)
          : judgeTrace(rule, arithmetic, await drive(subject, scenario))
      if (!failed(judgement)) return this.#stale(deviation)
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
      return {
        ...this.#base(scenario.format),
        verdict: 'unknown',
        scenario,
        reason: error instanceof Error ? error.message : String(error),
      }
    }
  }

  #stale({ reason, formats }: Deviation): Result {
    return {
      ...this.#base(formats?.[0]),
      verdict: 'fail',
      reason: `a known deviation is stale, its own scenario passes now: ${reason}`,
    }
  }

  #base(format: Format | undefined): Pick<Result, 'subject' | 'rule' | 'check' | 'group' | 'formats'> {
    const { subject, rule } = this.#context
    return {
      subject: subject.name,
      rule: rule.id,
      check: 'known deviation',
      group: 'formula',
      ...(format && { formats: [format] }),
    }
  }
}

const concerns = ({ checks, formats }: Deviation, name: string, group: string, format: Format | undefined): boolean =>
  (checks.includes(name) || checks.includes(group)) && (!formats || !format || formats.includes(format))

const knownAs = ({ reason, link, when }: Deviation): NonNullable<Result['known']> => ({
  reason: when === undefined ? reason : `${reason} (${when})`,
  ...(link !== undefined && { link }),
})
