import { completedHyper } from '../../derive/hyper.ts'
import type { Rule } from '../../language/rule.ts'
import { arrayFromBits } from '../../numbers/bits.ts'
import type { Trace } from '../../subject/scenario.ts'
import type { Format, HyperValues } from '../../subject/subject.ts'

/** One update of one parameter: where and when it was. */
export interface Place {
  /** Which of the traces. */
  readonly trace: number
  readonly format: Format
  readonly step: number
  /** How often the parameter was updated, this time included. */
  readonly updates: number
  readonly parameter: number
  readonly group: number
  readonly groups: number
  readonly length: number
  /** Those in force, defaults included. */
  readonly hyper: HyperValues
  /** Whether a hyper-parameter is another than at the start. */
  readonly changed: boolean
  /** Whether the parameter was without a gradient in an earlier step. */
  readonly gap: boolean
  readonly g: Float64Array
  /** The gradient before this one. */
  readonly earlier: Float64Array | undefined
  /** The iterate before the update; undefined where it was not shown. */
  readonly x: Float64Array | undefined
  /** The state before the update, by the names under which it is shown. */
  readonly state: Readonly<Record<string, Float64Array>>
  /** The state after it. */
  readonly after: Readonly<Record<string, Float64Array>>
}

/** All updates of a trace, a list a parameter. */
export function placesOf(rule: Rule, { scenario, steps }: Trace, trace: number): Place[][] {
  const { format, groups } = scenario
  const values = groups.flatMap(({ params }) => params.map(({ value }) => value))
  const members = groups.flatMap(({ params }, group) => params.map(() => group))
  return members.map((group, parameter) => {
    const [places, gaps]: [Place[], number[]] = [[], []]
    const start = arrayFromBits(values[parameter]!, format)
    for (const [s, { gradients, hyper }] of steps.entries()) {
      const g = gradients[parameter]
      if (!g) {
        gaps.push(s)
        continue
      }
      const before = steps[s - 1]
      places.push({
        trace,
        format,
        step: s + 1,
        updates: places.length + 1,
        parameter,
        group,
        groups: groups.length,
        length: g.length,
        hyper: completedHyper(rule, hyper[group]!),
        changed: !sameValues(hyper[group]!, steps[0]!.hyper[group]!),
        gap: gaps.length > 0,
        g,
        earlier: places.at(-1)?.g,
        x: s === 0 ? start : before?.x?.[parameter],
        state: before?.state?.[parameter] ?? {},
        after: steps[s]!.state?.[parameter] ?? {},
      })
    }
    return places
  })
}

const sameValues = (a: HyperValues, b: HyperValues): boolean =>
  Object.entries(a).every(([name, value]) => Object.is(b[name], value))
