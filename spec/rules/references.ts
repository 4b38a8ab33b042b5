import { failed, type Judgement } from '../../src/checks/judgement.ts'
import { judgeTrace } from '../../src/checks/lockstep.ts'
import { strayState } from '../../src/checks/presence.ts'
import { evaluateClosedForm } from '../../src/derive/closed.ts'
import { holds } from '../../src/derive/hyper.ts'
import { tfjs } from '../../src/guests/tfjs.ts'
import type { GradientShape, Rule } from '../../src/language/rule.ts'
import { Big } from '../../src/numbers/big.ts'
import { arrayToBits } from '../../src/numbers/bits.ts'
import { arithmetics } from '../../src/rules/arithmetics.ts'
import { drive } from '../../src/subject/driver.ts'
import type { Trace } from '../../src/subject/scenario.ts'
import { type Explanation, explainedRule, explainedTrace, explanationsOf } from '../golden/explained.ts'
import { judge, recordingNames, tracesOf } from '../golden/recordings.ts'
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

/** A trace of a library, and the deviations of that library that are written into the rule before they are compared. */
interface Recorded {
  readonly trace: Trace
  judge(rule: Rule, trace: Trace): Judgement
  readonly explained: readonly Explanation[]
}

/** The recorded traces that a rule must reproduce: to the bit where there are such, else within the bound. */
async function recordsOf(rule: Rule): Promise<Recorded[]> {
  const recording = recordingNames.find(name => name === `${rule.dialect}-ieee` || name === rule.dialect)
  if (!recording) return tfjsRecords(rule)
  const traces = await tracesOf(recording, rule.family)
  const usable = traces.filter(({ scenario }) => scenario.steps <= 24)
  return usable.map(trace => ({
    trace,
    judge: (right, seen) => judge(right, recording, seen),
    explained: explanationsOf(recording, trace),
  }))
}

/** TensorFlow.js is not recorded: it is here to be asked, state included, with every option on and gradients that no epsilon hides. */
async function tfjsRecords(rule: Rule): Promise<Recorded[]> {
  // Its Adadelta is another algorithm altogether (docs/findings.md); closed forms alone hold that rule.
  if (rule.dialect !== 'tfjs' || rule.family === 'adadelta') return []
  const on = Object.values(rule.hyper).map(({ name, default: usual }) => [name, usual === false ? true : usual || 0.5])
  const bits = (...values: number[]): string => arrayToBits(values.map(Math.fround), 'float32')
  const trace = await drive(tfjs(), {
    name: 'live',
    rule: rule.id,
    format: 'float32',
    groups: [{ hyper: Object.fromEntries(on), params: [{ name: 'a', value: bits(1, -0.5, 0) }] }],
    steps: 4,
    gradients: [[bits(1, -2, 0.5)], [bits(0.3, 1, -3)], [bits(-1, 0.7, 2)], [bits(2, -0.1, 0.4)]],
  })
  const explained = explanationsOf('tfjs', trace)
  return [{ trace, judge: (right, seen) => judgeTrace(right, arithmetics.tfjs, seen), explained }]
}

function strays(rule: Rule, { judge: judgeOwn, trace, explained }: Recorded): boolean {
  const [right, seen] = [explainedRule(rule, explained), explainedTrace(trace, explained)]
  return failed(judgeOwn(right, seen)) || strayState(right, seen) !== undefined
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
