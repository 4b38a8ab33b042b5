import { name, num, op } from '../derive/mutants/build.ts'
import { mutantsOf } from '../derive/mutants/index.ts'
import { places } from '../derive/mutants/places.ts'
import { words } from '../derive/mutants/words.ts'
import { printStatement } from '../language/print.ts'
import { rebuildStep } from '../language/rebuild.ts'
import type { Rule } from '../language/rule.ts'
import type { Expr, Statement } from '../language/tree.ts'
import type { Node } from '../language/walk.ts'
import type { Candidate } from './candidate.ts'

/** An expression in place of another, and what is wrong then. */
interface Change {
  readonly node: Expr
  readonly says: string
}

const root = (a: Expr): Expr => ({ op: 'sqrt', a, kind: a.kind })

/** A factor or a divisor that a term should not have: a hyper-parameter, what is left of it to 1, the step count, two. */
function factors(term: Expr, { hyper }: Rule): Change[] {
  const numeric = Object.values(hyper).filter(each => typeof each.default === 'number')
  const shares = numeric.filter(({ domain }) => domain !== undefined && domain.high <= 1)
  const all: Expr[] = [
    ...numeric.map(each => name(each.name)),
    ...shares.map(each => op('sub', num('1'), name(each.name))),
    name('t'),
    root(name('t')),
    num('2'),
  ]
  return all.flatMap(factor => [
    { node: op('mul', term, factor), says: `${words(term)} is multiplied by ${words(factor)}, which it should not be` },
    { node: op('div', term, factor), says: `${words(term)} is divided by ${words(factor)}, which it should not be` },
  ])
}

/** A hyper-parameter, or what is left of one to 1, that is squared or rooted; a tensor of which the sign alone is taken. */
function shapes(node: Expr, { hyper }: Rule): Change[] {
  const isShare = node.op === 'sub' && node.kind === 'scalar'
  if (node.op !== 'name' && !isShare) return []
  return node.op !== 'name' || typeof hyper[node.id]?.default === 'number'
    ? [
        { node: op('mul', node, node), says: `${words(node)} is squared` },
        { node: root(node), says: `the square root of ${words(node)} is taken` },
      ]
    : [{ node: { op: 'sign', a: node, kind: 'tensor' }, says: `the sign of ${words(node)} alone is taken` }]
}

const isSum = (node: Node): boolean => node.op === 'add' || node.op === 'sub'

/** The whole of an expression, and the terms of the sums in it: a factor moves freely within a product. */
function* terms(whole: Expr): Generator<{ node: Expr; put(other: Node): Expr }> {
  yield { node: whole, put: other => other as Expr }
  for (const { node, put } of places(whole)) {
    if (!isSum(node)) continue
    const sum = node as Extract<Expr, { a: Expr; b: Expr }>
    yield { node: sum.a, put: other => put({ ...sum, a: other as Expr }) }
    yield { node: sum.b, put: other => put({ ...sum, b: other as Expr }) }
  }
}

function* changesOf(whole: Expr, rule: Rule): Generator<{ value: Expr; says: string }> {
  for (const { node, put } of terms(whole))
    for (const { node: other, says } of factors(node, rule)) yield { value: put(other), says }
  for (const { node, put } of places(whole))
    for (const { node: other, says } of shapes(node as Expr, rule)) yield { value: put(other), says }
}

/** A rule with another step, and the lines that differ; undefined where the language refuses it. */
function edited(rule: Rule, step: readonly Statement[], says: string, shown: readonly number[]): Candidate | undefined {
  const built = rebuildStep(rule, step)
  if (!built) return undefined
  const text = (lines: readonly Statement[]): string => shown.map(at => printStatement(lines[at]!)).join('; ')
  return {
    kind: 'edit',
    explanation: says,
    candidate: rule.id,
    edits: [{ says, was: text(rule.step), now: text(built) }],
    rule: { ...rule, step: built, closedForms: [] },
  }
}

/** A statement that comes later than it should, or is done twice. */
function* arranged(rule: Rule): Generator<Candidate | undefined> {
  const { step } = rule
  for (const [at, statement] of step.entries()) {
    const line = printStatement(statement)
    if (statement.role === 'local') continue
    for (let to = at + 1; to < step.length; to++) {
      const later = step.toSpliced(at, 1).toSpliced(to, 0, statement)
      const shown = Array.from({ length: to - at + 1 }, (_, k) => at + k)
      yield edited(rule, later, `${line} comes after ${printStatement(step[to]!)}, not before it`, shown)
    }
    const twice = step.toSpliced(at, 0, statement)
    const candidate = edited(rule, twice, `${line} is done twice`, [at])
    yield candidate && { ...candidate, edits: [{ says: `${line} is done twice`, was: line, now: `${line}; ${line}` }] }
  }
}

/**
 * Edits that are no mutants, since there are so many of them that say the same of most rules: what a term has too much, and
 * what is wrong in all its places at once.
 */
export function* widerEdits(rule: Rule): Generator<Candidate> {
  yield* everywhere(rule)
  for (const candidate of arranged(rule)) if (candidate) yield candidate
  for (const [at, statement] of rule.step.entries())
    for (const { value, says } of changesOf(statement.value, rule)) {
      const candidate = edited(rule, rule.step.with(at, { ...statement, value }), says, [at])
      if (candidate) yield candidate
    }
}

/** What may be wrong with all bias corrections alike: the end of what a mutant says of one, and what is said of all. */
const alike: readonly (readonly [string, string])[] = [
  ['is left out', 'no bias is corrected'],
  ['is the same in every step', 'the bias corrections are the same in every step'],
]

function* everywhere(rule: Rule): Generator<Candidate> {
  for (const [ending, says] of alike) {
    const edits: Candidate['edits'][number][] = []
    let current = rule
    for (let found = next(current, ending); found; found = next(current, ending)) {
      edits.push({ says: found.says, was: found.was, now: found.now })
      current = found.rule
    }
    if (edits.length > 1) yield { kind: 'edit', explanation: says, candidate: rule.id, edits, rule: current }
  }
}

const next = (rule: Rule, ending: string) =>
  mutantsOf(rule).find(({ kind, says }) => kind === 'bias correction' && says.endsWith(ending))
