import { failed } from '../../src/checks/judgement.ts'
import { strayState } from '../../src/checks/presence.ts'
import { evaluateClosedForm } from '../../src/derive/closed.ts'
import { holds } from '../../src/derive/hyper.ts'
import type { GradientShape, Rule } from '../../src/language/rule.ts'
import { Big } from '../../src/numbers/big.ts'
import type { Trace } from '../../src/subject/scenario.ts'
import { type Explanation, explainedRule, explainedTrace, explanationsOf } from '../golden/explained.ts'
import { judge, type RecordingName, recordingNames, tracesOf } from '../golden/recordings.ts'
import { exactIterates, type Start } from './exactly.ts'
import { hyperSets, type Values } from './hyper-sets.ts'

/** The first iterates that a closed form gives for one set of hyper-parameters. */
interface Probe {
  readonly gradient: GradientShape
  readonly hyper: Values
  readonly start: Start
  readonly iterates: readonly Big[]
}

const steps = 4
const tolerance = new Big('1e-50')
const starts: readonly Start[] = [
  { x0: 1, c: 0.7, r: 0.5 },
  { x0: -0.25, c: -1.3, r: -0.75 },
]

/** What the closed forms of a rule say, mixtures of all options first: they see most. */
function probesOf(rule: Rule): Probe[] {
  const sets = rule.closedForms.map(form => hyperSets(rule, form.where, 4, 3).reverse())
  const turns = Math.max(0, ...sets.map(values => values.length))
  return Array.from({ length: turns }, (_, turn) => turn).flatMap(turn =>
    rule.closedForms.flatMap((form, f) => {
      const hyper = sets[f]![turn]
      const start = starts[turn % starts.length]!
      const fits = (): boolean => form.require.every(each => holds(each, { ...hyper, ...start, a: start.c, n: 1 }))
      if (!hyper || !fits()) return []
      const at = (n: number): Big => evaluateClosedForm(form, { ...start, a: start.c, n, hyper })
      return [{ gradient: form.gradient, hyper, start, iterates: Array.from({ length: steps }, (_, s) => at(s + 1)) }]
    }),
  )
}

function leaves(rule: Rule, { gradient, hyper, start, iterates }: Probe): boolean {
  const size = Big.max(1, ...iterates.map(x => x.abs()))
  const got = exactIterates(rule, hyper, gradient, start, steps)
  return iterates.some((x, s) => !x.minus(got[s]!).abs().lte(size.times(tolerance)))
}

/** A recorded trace, and the deviations of its library that are written into the rule before they are compared. */
interface Recorded {
  readonly recording: RecordingName
  readonly trace: Trace
  readonly explained: readonly Explanation[]
}

/** The recorded traces that a rule must reproduce: to the bit where there are such, else within the bound. */
async function recordsOf(rule: Rule): Promise<Recorded[]> {
  const recording = recordingNames.find(name => name === `${rule.dialect}-ieee` || name === rule.dialect)
  if (!recording) return []
  const traces = await tracesOf(recording, rule.family)
  const usable = traces.filter(({ scenario }) => scenario.steps <= 24)
  return usable.map(trace => ({ recording, trace, explained: explanationsOf(recording, trace) }))
}

function strays(rule: Rule, { recording, trace, explained }: Recorded): boolean {
  const [right, seen] = [explainedRule(rule, explained), explainedTrace(trace, explained)]
  return failed(judge(right, recording, seen)) || strayState(right, seen) !== undefined
}

/** Whatever in the project knows what a rule does without having read it: what it finds wrong with another rule. */
export async function references(rule: Rule): Promise<(edited: Rule) => string | undefined> {
  const probes = probesOf(rule)
  const records = await recordsOf(rule)
  return edited => {
    try {
      if (probes.some(probe => leaves(edited, probe))) return 'closed form'
      return records.some(record => strays(edited, record)) ? 'golden' : undefined
    } catch (error) {
      // A rule that reads a state variable which does not exist cannot be run at all.
      return `${error}`
    }
  }
}
