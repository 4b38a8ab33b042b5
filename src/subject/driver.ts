import { arrayFromBits } from '../numbers/bits.ts'
import { formats } from '../numbers/formats.ts'
import { remember } from '../numbers/remember.ts'
import { findProblem } from '../problems/index.ts'
import type { ProblemRef, Scenario, Trace, TraceStep } from './scenario.ts'
import type { Gradients, HyperValues, Played, Run, Setup, Subject } from './subject.ts'

/** A subject returned something that is no iterate: wrong length or number of arrays. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** The setup of a scenario, with its bits decoded. */
export function setupOf(scenario: Scenario): Setup {
  return {
    rule: scenario.rule,
    format: scenario.format,
    groups: scenario.groups.map(({ hyper, params }) => ({
      hyper,
      params: params.map(({ value, ...param }) => ({ ...param, value: arrayFromBits(value, scenario.format) })),
    })),
  }
}

/** The gradients of one step where they are prescribed. */
export function prescribed(scenario: Scenario, step: number): Gradients {
  const gradients = scenario.gradients as (string | null)[][]
  return gradients[step - 1]!.map(bits => (bits === null ? null : arrayFromBits(bits, scenario.format)))
}

/** Turns a scenario into a trace: opens a run, plays every step, and closes it whatever happens. */
export async function drive(subject: Subject, scenario: Scenario): Promise<Trace> {
  const run = await subject.open(setupOf(scenario))
  try {
    return {
      scenario,
      steps: await (Array.isArray(scenario.gradients)
        ? playPrescribed(run, scenario)
        : playProblem(run, scenario, scenario.gradients)),
    }
  } finally {
    await run.close?.()
  }
}

/** The hyper-parameters in force while a scenario goes on; `before(step)` applies the changes of that step to the run too. */
class Rates {
  readonly #scenario: Scenario
  current: HyperValues[]

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.current = scenario.groups.map(({ hyper }) => hyper)
  }

  async before(step: number, run: Run): Promise<void> {
    for (const change of this.#scenario.changes ?? []) {
      if (change.step !== step) continue
      if (!run.set)
        throw new Malformed('The subject cannot change a hyper-parameter on the way, which this scenario does.')
      await run.set(change.group, change.hyper)
      this.current = this.current.map((hyper, group) =>
        group === change.group ? { ...hyper, ...change.hyper } : hyper,
      )
    }
  }

  /** The last step before the next change. */
  until(step: number): number {
    const next = (this.#scenario.changes ?? []).map(change => change.step).filter(at => at > step)
    return Math.min(this.#scenario.steps, ...next.map(at => at - 1))
  }
}

async function playPrescribed(run: Run, scenario: Scenario): Promise<TraceStep[]> {
  const steps: TraceStep[] = []
  const rates = new Rates(scenario)
  for (let first = 1; first <= scenario.steps; ) {
    await rates.before(first, run)
    const last = run.steps ? rates.until(first) : first
    const many = Array.from({ length: last - first + 1 }, (_, k) => prescribed(scenario, first + k))
    const played = run.steps ? await run.steps(many) : [await playOne(run, many[0]!)]
    if (played.length !== many.length) throw new Malformed(`Expected ${many.length} steps, got ${played.length}.`)
    for (const [k, step] of played.entries())
      steps.push({ ...checked(step, scenario), gradients: many[k]!, hyper: rates.current })
    first = last + 1
  }
  return steps
}

async function playProblem(run: Run, scenario: Scenario, ref: ProblemRef): Promise<TraceStep[]> {
  const problem = findProblem(ref.problem)
  const { round } = formats[scenario.format]
  const coefficients = (ref.coefficients ?? []).map(bits => arrayFromBits(bits, scenario.format))
  const steps: TraceStep[] = []
  const rates = new Rates(scenario)
  let x = setupOf(scenario).groups.flatMap(group => group.params.map(param => param.value))
  for (let step = 1; step <= scenario.steps; step++) {
    await rates.before(step, run)
    const point = run.point ? await run.point() : x
    const gradients = point.map((p, k) => problem.gradient(p, coefficients[k] ?? new Float64Array()).map(round))
    const played = checked(await playOne(run, gradients), scenario)
    steps.push({ ...played, gradients, hyper: rates.current })
    x = played.x ?? x
  }
  return steps
}

async function playOne(run: Run, gradients: Gradients): Promise<Played> {
  const given = gradients.map(gradient => gradient?.slice() ?? null)
  const x = await run.step(given)
  const state = (await run.observe?.())?.state
  return { ...(x && { x: x.map(values => values.slice()) }), ...(state && { state }) }
}

interface Size {
  readonly name: string
  readonly length: number
}

/** Asked after every step, and the same for all of them. */
const shapes = new WeakMap<Scenario, readonly Size[]>()

function sizesOf({ groups, format }: Scenario): Size[] {
  const digits = formats[format].bytes * 2
  return groups.flatMap(({ params }) => params.map(({ name, value }) => ({ name, length: value.length / digits })))
}

/** Refuses iterates or state of another shape than the parameters'. */
export function checked(played: Played, scenario: Scenario): Played {
  const sizes = remember(shapes, scenario, () => sizesOf(scenario))
  if (played.x && played.x.length !== sizes.length) {
    throw new Malformed(`Expected the iterates of ${sizes.length} parameters, got ${played.x.length} arrays.`)
  }
  for (const [k, { name, length }] of sizes.entries()) {
    const x = played.x?.[k]
    if (x && x.length !== length) throw new Malformed(`Parameter ${name}: expected ${length} numbers, got ${x.length}.`)
    for (const [id, values] of Object.entries(played.state?.[k] ?? {})) {
      if (values.length !== length)
        throw new Malformed(`State ${id} of parameter ${name}: expected ${length} numbers, got ${values.length}.`)
    }
  }
  return played
}
