import type { Arithmetic } from '../../language/arithmetic.ts'
import type { Rule } from '../../language/rule.ts'
import type { Trace } from '../../subject/scenario.ts'
import type { Clue } from '../../subject/verdict.ts'
import { anotherOf } from './another.ts'
import { insteadOf } from './instead.ts'
import { type Move, movesOf } from './moves.ts'
import { whereOf } from './where.ts'

/** So many variables are told of, those first in which most strays. */
const most = 2

/** Where this share strays there is nothing to set apart. */
const nearlyAll = 0.95

/** What is known of variables that go wrong of themselves, and those that do not. */
export interface Clues {
  readonly clues: readonly Clue[]
  readonly sound: readonly string[]
}

/**
 * What can be said of a subject that no formula explains: which variable goes wrong of itself, what sets the updates apart
 * in which it does, and what stands there instead. Counts are those of what was observed.
 */
export function cluesOf(rule: Rule, arithmetic: Arithmetic, traces: readonly Trace[]): Clues {
  const moves = movesOf(rule, arithmetic, traces)
  const shown = new Set(moves.map(({ variable }) => variable))
  const isWhole = Object.values(rule.state).every(({ as }) => shown.has(as))
  // Of state that is not shown, either all is right and steps are wrong, or what follows the first wrong step says nothing.
  const readings = isWhole ? [moves] : [moves.filter(({ after }) => !after), moves]
  const asIf = (strays: readonly Move[]): string | undefined => anotherOf(rule, arithmetic, traces, strays)
  const found = readings.map(reading => cluesIn(rule, reading, asIf)).sort((a, b) => worth(b) - worth(a))[0]!
  const clues = found.slice(0, most).map(({ clue }) => clue)
  const wrong = new Set(moves.filter(({ strays }) => strays).map(({ variable }) => variable))
  return { clues, sound: [...shown].filter(variable => !wrong.has(variable)) }
}

/** A clue, and how well the place is told. */
interface Found {
  readonly clue: Clue
  readonly score: number
}

function cluesIn(rule: Rule, moves: readonly Move[], asIf: (strays: readonly Move[]) => string | undefined): Found[] {
  const roots = moves.filter(({ root }) => root)
  const variables = [...new Set(roots.map(({ variable }) => variable))]
  return variables
    .map(variable => ({ variable, strays: roots.filter(move => move.variable === variable) }))
    .sort((a, b) => b.strays.length - a.strays.length)
    .map(({ variable, strays }) => {
      const conform = moves.filter(move => move.variable === variable && !move.strays && !isStill(move))
      const seen = { strays: strays.length, of: strays.length + conform.length }
      const place = seen.strays < nearlyAll * seen.of ? whereOf(rule, few(strays), few(conform)) : undefined
      const there = place ? strays.filter(place.holds) : strays
      const instead = updatesOf(there) >= fewest ? (insteadOf(rule, there) ?? asIf(there)) : undefined
      const where = place && { says: place.says, there: place.there, elsewhere: place.elsewhere }
      return {
        clue: { variable, seen, ...(where && { where }), ...(instead && { instead }) },
        score: place?.score ?? 0,
      }
    })
}

/** Fewer updates than these are an example, not a law. */
const fewest = 3

const keyOf = ({ place }: Move): string => `${place.trace} ${place.parameter} ${place.step}`

const updatesOf = (moves: readonly Move[]): number => new Set(moves.map(keyOf)).size

/** So many elements of an update are weighed: they are not independent of one another, and a long parameter is one parameter. */
const perUpdate = 8

/** Of every update its first elements and its last. */
function few(moves: readonly Move[]): Move[] {
  const updates = new Map<string, Move[]>()
  for (const move of moves) {
    const key = keyOf(move)
    const own = updates.get(key)
    if (own) own.push(move)
    else updates.set(key, [move])
  }
  return [...updates.values()].flatMap(own =>
    own.length > perUpdate ? [...own.slice(0, perUpdate / 2), ...own.slice(-perUpdate / 2)] : own,
  )
}

/** Nothing moves where nothing should: that tells nothing. */
const isStill = ({ got, expected, before }: Move): boolean => got === before && expected === before

/** How much is known of the variable that strays most: what stands there, and where. */
const worth = ([first]: readonly Found[]): number =>
  first ? Number(first.clue.instead !== undefined) + first.score : 0
