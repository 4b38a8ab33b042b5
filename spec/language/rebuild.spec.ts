import { describe, expect, test } from 'vitest'
import { mutantsOf } from '../../src/derive/mutants/index.ts'
import { lowerRule } from '../../src/language/lower-rule.ts'
import { printStatement } from '../../src/language/print.ts'
import { rebuildStep } from '../../src/language/rebuild.ts'
import type { Rule } from '../../src/language/rule.ts'
import type { Expr, Statement } from '../../src/language/tree.ts'
import { families } from '../../src/rules/index.ts'
import { findRule, ruleIds } from '../../src/rules/lookup.ts'

/** Nodes of one kind wherever they stand. */
const fixed: ReadonlySet<string> = new Set(['num', 'flag', 'first'])

/** What an edit leaves behind: a tree without roundings, all of whose kinds are wrong. */
function bare(node: Expr): Expr {
  if (node.op === 'toTensor') return bare(node.a)
  if (fixed.has(node.op)) return node
  const parts = ['test', 'a', 'b'].flatMap(child =>
    child in node ? [[child, bare((node as unknown as Record<string, Expr>)[child]!)]] : [],
  )
  return { ...node, ...Object.fromEntries(parts), kind: 'format' } as Expr
}

const lowered = (rule: Rule, step: readonly Statement[]): Rule => {
  const source = families.find(({ id }) => id === rule.family)!.dialects[rule.dialect]!
  return lowerRule(rule, { ...source, closedForms: {}, step: step.map(printStatement) })
}

describe.each(ruleIds().map(findRule))('$id', rule => {
  test('a bare tree gets the kinds and roundings that lowering gave it', () => {
    const step = rule.step.map(statement => ({ ...statement, value: bare(statement.value) }))
    expect(rebuildStep(rule, step)).toEqual(rule.step)
  })

  test('an edited tree is the one that its text is lowered to', () => {
    // One of five: the sum over all rules has every class of edits many times.
    for (const mutant of mutantsOf(rule).filter((_, at) => at % 5 === 0))
      expect(mutant.rule.step, mutant.id).toEqual(lowered(rule, mutant.rule.step).step)
  })
})

test('what lowering refuses is refused', () => {
  const rule = findRule('sgd/lecture')
  const step = (value: Expr): Statement[] => [{ target: 'x', role: 'x', value }]
  const name = (id: string): Expr => ({ op: 'name', id, kind: 'scalar' })
  expect(rebuildStep(rule, step({ op: 'fl', a: name('g'), kind: 'format' }))).toBeUndefined()
  expect(rebuildStep(rule, step({ op: 'pow', a: name('lr'), b: name('g'), kind: 'scalar' }))).toBeUndefined()
  expect(rebuildStep(rule, step(name('nobody')))).toBeUndefined()
  expect(rebuildStep(rule, [{ target: 'd', role: 'local', value: name('g') }])).toBeUndefined()
})
