import { type Defaults, inverse, inWordsOf, type Names } from '../../derive/compare/vocabulary.ts'
import { completeHyper } from '../../derive/hyper.ts'
import type { Rule } from '../../language/rule.ts'
import { drive, setupOf } from '../../subject/driver.ts'
import { ruleSubject } from '../../subject/rule-subject.ts'
import type { Scenario } from '../../subject/scenario.ts'
import type { HyperValues } from '../../subject/subject.ts'
import { hunt } from '../hunt.ts'
import { type Intervals, intervalsOf } from '../intervals.ts'
import { portable } from '../portable.ts'
import { inFormat, runs, type Trap, withNumbers } from '../prey.ts'
import { smallest } from './smaller.ts'

/** Where two rules part in a scenario, and how far each had come and went. */
export interface Parting {
  readonly step: number
  readonly parameter: string
  readonly index: number
  /** The element before and after this step under each rule. */
  readonly a: readonly [number, number]
  readonly b: readonly [number, number]
}

/** A scenario in float64 that tells two rules apart, in the names of the first, with all hyper-parameters of each. */
export interface Witness {
  readonly scenario: Scenario
  readonly hyper: { readonly a: HyperValues; readonly b: HyperValues }
  readonly parting: Parting
}

/** What came of a search; how many scenarios both rules could play is told where none was found. */
export interface Search {
  readonly tried: number
  readonly witness?: Witness
}

/** Decimal digits that make short texts of the numbers of float32 that were drawn as a few digits. */
const digits = 7

/** Two rules and what they are asked. */
interface Question {
  readonly a: Rule
  readonly b: Rule
  readonly names: Names
  readonly defaults: Defaults
  readonly seed: number
}

/** What a scenario must show, and which hyper-parameters of the first rule may vary. */
interface Wish {
  /** More than this share of the way lies between the two iterates. */
  readonly share: number
  readonly vary: readonly string[]
}

/** A scenario that shows it plainly is preferred: one after which a tenth of the way lies between the two iterates. */
const plainly = 0.1

/**
 * Looks for a small scenario that tells two rules apart: in both directions, since each rule is drawn for as its own domains
 * and options allow. They differ where the intervals in which their exact values lie are disjoint: no rounding explains it.
 */
export async function tellApart(asked: Question): Promise<Search> {
  const { a, b, names } = asked
  const onto = await seekPlain(asked)
  if (onto.witness) return onto
  const back = await seekPlain({ ...asked, a: b, b: a, names: inverse(names) })
  return {
    tried: onto.tried + back.tried,
    ...(back.witness && { witness: turned(back.witness, a, inverse(names)) }),
  }
}

/** A plain scenario with defaults, else a plain one, else any. */
async function seekPlain(asked: Question): Promise<Search> {
  const free = asked.defaults === 'own' ? [] : [...asked.names.keys()]
  const any = await seek(asked, { share: 0, vary: free })
  if (!any.witness) return any
  const wishes = [[], ...(free.length > 0 ? [free] : [])]
  for (const vary of wishes) {
    const found = await seek(asked, { share: plainly, vary })
    if (found.witness) return found
  }
  return any
}

async function seek({ a, b, names, defaults, seed }: Question, { share, vary }: Wish): Promise<Search> {
  const other = inWordsOf(a, b, names, defaults)
  let tried = 0
  const caught = async (trap: Trap, { rule }: { rule: Rule }): Promise<boolean> => {
    if (!runs(rule, trap.scenario)) return false
    tried++
    const theirs = await intervalsOf(rule, portable, inFormat(trap.scenario, 'float64'))
    return partedAt(trap.allowed.float64, theirs, trap.scenario, share) !== undefined
  }
  const { catches } = await hunt(a, [{ rule: other }], seed, { caught, vary })
  const [found] = catches
  return found ? { tried, witness: await witnessOf(a, b, other, names, found.trap, share) } : { tried }
}

type Place = [step: number, parameter: number, index: number]

/** The first step with an element whose intervals are disjoint by more than a share of the way, and the furthest of these. */
function partedAt(a: Intervals, b: Intervals, scenario: Scenario, share: number): Place | undefined {
  const starts = setupOf(scenario).groups[0]!.params.map(({ value }) => value)
  for (const [s, step] of a.entries()) {
    let best = 0
    let at: [number, number, number] | undefined
    for (const [k, parameter] of step.entries()) {
      for (const [i, mine] of parameter.entries()) {
        const theirs = b[s]![k]![i]!
        if (!mine || !theirs) continue
        const way = Math.max(...[...mine, ...theirs].map(end => Math.abs(end - starts[k]![i]!)))
        const gap = Math.max(theirs[0] - mine[1], mine[0] - theirs[1])
        if (gap > Math.max(best, share * way)) {
          best = gap
          at = [s, k, i]
        }
      }
    }
    if (at) return at
  }
  return undefined
}

async function witnessOf(a: Rule, b: Rule, other: Rule, names: Names, trap: Trap, share: number): Promise<Witness> {
  const drawn = inFormat(trap.scenario, 'float64')
  const short = withNumbers(trap.scenario, 'float64', value => Number(value.toPrecision(digits)))
  const where = async (scenario: Scenario): Promise<Place | undefined> =>
    partedAt(await intervalsOf(a, portable, scenario), await intervalsOf(other, portable, scenario), scenario, share)
  const shows = async (scenario: Scenario): Promise<boolean> => (await where(scenario)) !== undefined
  const scenario = await smallest((await shows(short)) ? short : drawn, shows)
  const [s, k, i] = (await where(scenario))!
  const { name, value } = setupOf(scenario).groups[0]!.params[k]!
  const walk = async (rule: Rule): Promise<[number, number]> => {
    const { steps } = await drive(ruleSubject(rule), scenario)
    const at = (step: number): number => (step < 0 ? value : steps[step]!.x![k]!)[i]!
    return [at(s - 1), at(s)]
  }
  const { hyper } = scenario.groups[0]!
  return {
    scenario,
    hyper: { a: completeHyper(a, hyper), b: named(completeHyper(other, hyper), inverse(names), b) },
    parting: { step: s + 1, parameter: name, index: i, a: await walk(a), b: await walk(other) },
  }
}

/** Values in the vocabulary of another rule by the names of this one. */
const named = (values: HyperValues, called: Names, rule: Rule): HyperValues =>
  Object.fromEntries(Object.keys(rule.hyper).map(name => [name, values[called.get(name) ?? name]!]))

/** A witness with the two rules in each other's place; `names` are those of the first rule by the second's. */
function turned({ scenario, hyper, parting }: Witness, rule: Rule, names: Names): Witness {
  const known = (values: HyperValues): HyperValues =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => {
        const own = names.get(name)
        return own === undefined ? [] : [[own, value]]
      }),
    )
  return {
    scenario: {
      ...scenario,
      rule: rule.id,
      groups: scenario.groups.map(group => ({ ...group, hyper: known(group.hyper) })),
      ...(scenario.changes && { changes: scenario.changes.map(each => ({ ...each, hyper: known(each.hyper) })) }),
    },
    hyper: { a: hyper.b, b: hyper.a },
    parting: { ...parting, a: parting.b, b: parting.a },
  }
}
