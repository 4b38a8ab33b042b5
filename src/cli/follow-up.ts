import { recordCheck } from '../kit/deviations.ts'
import { keepScenario } from '../kit/keep-scenario.ts'
import type { Rule } from '../language/rule.ts'
import { quoted } from '../report/findings.ts'
import { noRule } from '../subject/no-rule.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Result } from '../subject/verdict.ts'
import { tell } from './output.ts'
import { isRuleFile } from './rule-source.ts'
import type { Opened } from './subjects.ts'
import { typed } from './typed.ts'

interface Asked {
  readonly rules: readonly { readonly asked: string; readonly rule: Rule }[]
  /** Whether failing scenarios are kept. */
  readonly save: boolean
  readonly keep?: string | undefined
  /** Hyper-parameters and the Python that were asked for, which the next command needs too. */
  readonly hyper?: HyperValues
  readonly python?: string | undefined
}

/** Gives every result that did not pass its command: the scenario is kept and replayed, or the check is run again. */
export class FollowUp {
  readonly #subjects: Opened['asked']
  readonly #files: ReadonlyMap<string, string>
  readonly #keep: string | undefined
  readonly #verified: string
  readonly #replayed: string
  #save: boolean

  constructor(subjects: Opened['asked'], { rules, save, keep, hyper, python }: Asked) {
    this.#keep = keep
    this.#verified = typed({ ...(hyper && { hyper }), python })
    this.#replayed = typed({ python })
    this.#subjects = subjects
    this.#files = new Map(rules.filter(({ asked }) => isRuleFile(asked)).map(({ asked, rule }) => [rule.id, asked]))
    this.#save = save
  }

  /** How a rule and a subject were asked for. A module's own name is known only once it ran. */
  asked({ rule, subject }: Pick<Result, 'rule' | 'subject'>): { rule: string; subject: string } {
    const name = [...this.#subjects].find(([opened]) => opened.name === subject)?.[1]
    return { rule: this.#files.get(rule) ?? rule, subject: name ?? subject }
  }

  /** The result with its command. */
  add(result: Result): Result {
    if (result.verdict === 'pass' || result.verdict === 'skip') return result
    const asked = this.asked(result)
    const check = result.check === recordCheck ? '' : ` --check ${quoted(result.check)}`
    const under = result.rule === noRule ? '--contracts' : `--rule ${quoted(asked.rule)}`
    const again = `lockstep verify ${quoted(asked.subject)} ${under}${check}${this.#verified}`
    // A contract is about what happens between steps, which playing a scenario beside a formula does not show.
    // Where nothing came of a scenario, it was not shrunk, and what broke off is likely to be mended first.
    if (!result.scenario || !this.#save || result.group === 'contract' || result.verdict === 'unknown')
      return { ...result, replay: again }
    try {
      return { ...result, replay: `lockstep replay ${keepScenario(result, asked, this.#keep)}${this.#replayed}` }
    } catch (error) {
      this.#save = false
      tell(`Failing scenarios could not be kept: ${(error as Error).message.split('\n')[0]}`)
      return { ...result, replay: again }
    }
  }
}
