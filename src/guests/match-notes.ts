import type { Rule } from '../language/rule.ts'
import type { HyperValues } from '../subject/subject.ts'
import { type Ground, isNeutral, type Match } from './match-hyper.ts'
import type { StateMatch } from './match-state.ts'
import type { RuleEntry } from './protocol.ts'

interface Matched {
  readonly rule: Rule
  readonly entry: RuleEntry
  readonly hyper: Match
  readonly state: StateMatch
  readonly held: HyperValues
}

/** What a reader should know of the names: what was guessed, what is not taken, what is not checked. One sentence each. */
export function notesOf(matched: Matched): string[] {
  const sentences = [
    guessed(matched),
    byName(matched.hyper.ground, matched.hyper.own, 'position', 'by their place in the signature'),
    byName(matched.state.ground, matched.state.own, 'value', 'state by its values'),
    notTaken(matched),
    extra(matched),
    otherDefaults(matched),
    notShown(matched),
    ...unlike(matched),
  ]
  return [...sentences.filter(sentence => sentence !== undefined), ...(matched.entry.notes ?? []).map(ended)]
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
const pairs = (all: readonly (readonly [string, unknown])[], between: string): string =>
  all.map(([name, other]) => `${name}${between}${other}`).join(', ')

function guessed({ hyper, state }: Matched): string | undefined {
  const all = [hyper, state].flatMap(({ own, ground }) => [...own].filter(([name]) => ground.get(name) === 'synonym'))
  return all.length > 0 ? `Names: ${pairs(all, ' is ')}.` : undefined
}

function byName(
  ground: ReadonlyMap<string, Ground>,
  own: ReadonlyMap<string, string>,
  why: Ground,
  words: string,
): string | undefined {
  const all = [...own].filter(([name]) => ground.get(name) === why)
  return all.length > 0 ? `Matched ${words}: ${pairs(all, ' is ')}.` : undefined
}

/** What switches off when it is absent needs no more words than that it is not checked; any other is believed to be the rule's. */
function notTaken({ rule, hyper, held }: Matched): string | undefined {
  const all = Object.values(rule.hyper).filter(({ name }) => !hyper.own.has(name))
  if (all.length === 0) return undefined
  const values = all.map(({ name, text }): [string, unknown] => [name, held[name] ?? text])
  const fixed = all.filter(each => !isNeutral(each) && !Object.hasOwn(held, each.name)).map(({ name }) => name)
  const believed = fixed.length > 0 ? ` (${fixed.join(', ')}: is that what it computes with?)` : ''
  return `Not taken, so checked at one value only: ${pairs(values, ' = ')}${believed}.`
}

function extra({ entry, hyper }: Matched): string | undefined {
  const taken = new Set(hyper.own.values())
  const own = entry.hyper.filter(name => !taken.has(name))
  if (own.length === 0) return undefined
  return `Left at its own default: ${own.map(name => (entry.defaults?.[name] === undefined ? name : `${name} = ${entry.defaults[name]}`)).join(', ')}.`
}

function otherDefaults({ rule, entry, hyper }: Matched): string | undefined {
  const differing = [...hyper.own].flatMap(([name, own]) => {
    const usual = entry.defaults?.[own]
    const { default: expected, text } = rule.hyper[name]!
    return usual === undefined || usual === expected ? [] : [`${name} = ${usual} (${text})`]
  })
  return differing.length > 0 ? `Its defaults are not the rule's: ${differing.join(', ')}.` : undefined
}

const notShown = ({ state: { missing } }: Matched): string | undefined =>
  missing.length > 0 ? `State that is not shown, so not checked: ${missing.join(', ')}.` : undefined

const unlike = ({ state }: Matched): string[] =>
  [...state.unlike].map(
    ([as, own]) =>
      `Its ${own} goes by a name for ${as}, but does not have its values, although its iterates agree: taken for another variable, so ${as} is not checked. If it is meant to be ${as}, say so: map: { state: { ${as}: ${own} } } in lockstep.yaml.`,
  )
