import { judgeTrace } from '../checks/lockstep.ts'
import { completeHyper } from '../derive/hyper.ts'
import { ieee } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { document } from '../report/json.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Scenario, Trace } from '../subject/scenario.ts'
import type { Group, HyperValues, Subject } from '../subject/subject.ts'
import { openNamed } from './config/open.ts'
import { exitCode } from './failures.ts'
import { print } from './output.ts'
import type { ReplayOptions } from './questions.ts'
import { type ReplayPage, replayPage } from './replay-page.ts'
import { replaySteps } from './replay-steps.ts'
import { isRuleFile, readRule } from './rule-source.ts'
import { readScenario, type ScenarioFile } from './scenario-file.ts'
import { screen } from './screen.ts'
import { isRuleName } from './subjects.ts'

/** Plays a scenario and prints it; 1 where the subject parts from the formula. */
export async function runReplay(path: string, options: ReplayOptions): Promise<number> {
  const file = readScenario(path)
  const rule = await readRule(options.rule ?? file.rule)
  const scenario: Scenario = translated(file.scenario, rule)
  for (const { hyper } of scenario.groups) completeHyper(rule, hyper)
  const subject = await subjectOf(file, rule, options)
  const arithmetic = subject?.arithmetic ?? ieee
  try {
    const trace = await drive(subject ?? ruleSubject(rule, arithmetic), scenario)
    const { finding, reason } = subject ? judgeTrace(rule, arithmetic, trace, subject.bitExact) : {}
    const page: ReplayPage = {
      ...(subject && { subject: subject.name }),
      rule,
      arithmetic: arithmetic.name,
      scenario,
      steps: replaySteps(rule, arithmetic, trace),
      leftOut: leftOut(file.scenario, rule),
      ...(finding && { finding }),
      ...(reason !== undefined && { reason }),
    }
    await print(options.json ? document(asJson(page, trace)) : replayPage(page, options, screen()))
    return finding || reason !== undefined ? exitCode.deviates : exitCode.conforms
  } finally {
    await subject?.close?.()
  }
}

const leftOut = ({ groups }: Scenario, { hyper }: Rule): string[] => [
  ...new Set(groups.flatMap(group => Object.keys(group.hyper)).filter(name => !Object.hasOwn(hyper, name))),
]

/** A scenario for another rule: hyper-parameters that this one does not have are left out. */
function translated(scenario: Scenario, { id, hyper }: Rule): Scenario {
  const known = (values: HyperValues): HyperValues =>
    Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(hyper, name)))
  return {
    ...scenario,
    rule: id,
    groups: scenario.groups.map(group => ({ ...group, hyper: known(group.hyper) })),
    ...(scenario.changes && { changes: scenario.changes.map(change => ({ ...change, hyper: known(change.hyper) })) }),
  }
}

/** A rule as a subject that is given another rule's hyper-parameters. */
function ruleAsSubject(rule: Rule, name: string): Subject {
  const subject = ruleSubject(rule, ieee, name)
  const known = (group: Group): Group => ({
    ...group,
    hyper: Object.fromEntries(Object.entries(group.hyper).filter(([id]) => Object.hasOwn(rule.hyper, id))),
  })
  return { ...subject, open: setup => subject.open({ ...setup, rule: rule.id, groups: setup.groups.map(known) }) }
}

/** The subject that was asked for, else the one that the scenario was kept for; a rule can stand for a subject. */
async function subjectOf(file: ScenarioFile, rule: Rule, options: ReplayOptions): Promise<Subject | undefined> {
  const name = options.subject ?? file.subject
  if (name === undefined) return undefined
  if (isRuleName(name) || (isRuleFile(name) && /\.ya?ml$/.test(name))) return ruleAsSubject(await readRule(name), name)
  return openNamed(name, { rules: [rule], ...(options.python !== undefined && { python: options.python }) })
}

const asJson = ({ subject, rule, arithmetic, scenario, steps, finding, reason }: ReplayPage, trace: Trace) => ({
  schema: 'lockstep/replay/1',
  rule: rule.id,
  subject,
  arithmetic,
  scenario,
  steps: steps.map((parameters, s) => ({
    step: s + 1,
    hyper: trace.steps[s]!.hyper,
    parameters: parameters.map(({ name, gradient, lines }) => ({
      name,
      gradient: gradient && [...gradient],
      values: lines,
    })),
  })),
  finding,
  reason,
})
