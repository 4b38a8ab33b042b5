import type { Rule } from '../../language/rule.ts'
import { formats } from '../../numbers/formats.ts'
import { findRule } from '../../rules/index.ts'
import type { Gradients, Run, Setup, Start, StateValues, Subject } from '../../subject/subject.ts'
import { rowsOf } from './index.ts'
import type { Arrays, Claim, Project, Row, Tolerance } from './row.ts'
import { type Settings, settingsFor, stateFor } from './settings.ts'

/** A row as it is played with a subject that takes the hyper-parameters of a rule. */
interface Play {
  readonly row: Row
  readonly subject: Subject
  readonly rule: Rule
  readonly settings: Settings
}

/**
 * Whether every published test of a project for a rule's family passes with this subject; undefined where the project has
 * none that the rule's settings allow. A verdict says something of a wrong rule only where the right one is accepted.
 */
export async function accepts(project: Project, subject: Subject, rule: Rule): Promise<boolean | undefined> {
  let judged = false
  for (const row of rowsOf(project, rule.family)) {
    const verdict = await acceptsSubject(row, subject, rule)
    if (verdict === false) return false
    judged ||= verdict === true
  }
  return judged ? true : undefined
}

/** Whether a subject passes one published test; undefined where the rule does not have its settings, or the subject cannot start there. */
export async function acceptsSubject(row: Row, subject: Subject, rule: Rule): Promise<boolean | undefined> {
  const settings = settingsFor(row, rule)
  const start = row.start && startFor(row, rule)
  if (!settings || (row.start && !(start && subject.openAt))) return undefined
  return passes({ row, subject, rule, settings }, start)
}

function startFor({ rule: id, start, x0, format }: Row, rule: Rule): Start | undefined {
  const state = stateFor(start!.state, findRule(id), rule)
  if (!state) return undefined
  const cells = x0.map(
    (_, k): StateValues =>
      Object.fromEntries(Object.entries(state).map(([name, arrays]) => [name, rounded(arrays[k]!, format)])),
  )
  return { clock: start!.clock, state: cells }
}

const rounded = (values: ArrayLike<number>, format: Row['format']): Float64Array =>
  Float64Array.from(values, formats[format].round)

async function passes(play: Play, start: Start | undefined): Promise<boolean> {
  const { row } = play
  let x = row.x0.map(values => rounded(values, row.format))
  let run = await open(play, x, start)
  try {
    for (let step = 1; step <= row.steps; step++) {
      if (row.renewed && step > 1) {
        await run.close?.()
        run = await open(play, x, start)
      }
      x = await next(play, run, x, step)
      for (const claim of row.claims) if (claim.step === step && !(await holds(play, run, x, claim))) return false
    }
    return true
  } finally {
    await run.close?.()
  }
}

async function open({ row, subject, rule, settings }: Play, x: readonly Float64Array[], start?: Start): Promise<Run> {
  const params = x.map((value, k) => ({ name: `p${k}`, value: value.slice() }))
  const setup: Setup = { rule: rule.id, format: row.format, groups: [{ hyper: settings.hyper, params }] }
  return start ? subject.openAt!(setup, start) : subject.open(setup)
}

async function next({ row, settings }: Play, run: Run, x: Float64Array[], step: number): Promise<Float64Array[]> {
  const point = run.point ? await run.point() : x
  const gradients: Gradients = point.map((at, k) => {
    const slope = 'formula' in row.gradients ? row.gradients.gradient(at, step) : row.gradients[step - 1]![k]!
    return rounded(
      Float64Array.from(slope, (value, i) => value + settings.penalty * at[i]!),
      row.format,
    )
  })
  const after = await run.step(gradients)
  if (!after) throw new TypeError('A published test needs the iterate of every step, which this subject does not keep.')
  return after.map(values => values.slice())
}

async function holds(play: Play, run: Run, x: Float64Array[], claim: Claim): Promise<boolean> {
  const { row } = play
  const tolerance = claim.tolerance ?? row.tolerance
  if ('cost' in claim) return close(costOf(row, x[0]!), claim.cost, tolerance)
  if ('nearer' in claim) return distance(x[0]!, claim.nearer) <= distance(row.x0[0]!, claim.nearer)
  return allClose(x, claim.x, tolerance) && (await stateHolds(play, run, claim.state ?? {}, tolerance))
}

/** The state that a subject shows; what it does not show cannot be held against it. */
async function stateHolds(
  { row, rule }: Play,
  run: Run,
  expected: Readonly<Record<string, Arrays>>,
  tolerance: Tolerance,
): Promise<boolean> {
  const own = stateFor(expected, findRule(row.rule), rule) ?? {}
  const shown = (await run.observe?.())?.state
  return Object.entries(own).every(([name, arrays]) => {
    const got = shown?.map(values => values[rule.state[name]!.as])
    return !got || got.includes(undefined) || allClose(got as Float64Array[], arrays, tolerance)
  })
}

function costOf({ gradients, test }: Row, x: Float64Array): number {
  if ('formula' in gradients && gradients.cost) return gradients.cost(x)
  throw new TypeError(`${test} asserts a cost, and its function has no value.`)
}

const distance = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.hypot(...b.map((value, i) => a[i]! - value))

const allClose = (got: readonly Float64Array[], expected: Arrays, tolerance: Tolerance): boolean =>
  expected.every((values, k) => values.every((value, i) => close(got[k]![i]!, value, tolerance)))

const close = (got: number, expected: number, { rtol, atol }: Tolerance): boolean =>
  Math.abs(got - expected) <= atol + rtol * Math.abs(expected)
