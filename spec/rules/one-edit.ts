import { lowerRule } from '../../src/language/lower-rule.ts'
import { print, printStatement } from '../../src/language/print.ts'
import type { DialectSource, Rule } from '../../src/language/rule.ts'
import type { Binary, Compare, Expr, Test } from '../../src/language/tree.ts'
import { families } from '../../src/rules/index.ts'

/** A rule in which one operator was changed. */
export interface Edited {
  readonly was: string
  readonly now: string
  readonly rule: Rule
}

const swapped: Readonly<Partial<Record<Binary, readonly Binary[]>>> = {
  add: ['sub'],
  sub: ['add'],
  mul: ['div'],
  div: ['mul'],
  min: ['max'],
  max: ['min'],
  pow: ['mul'],
}
const flipped: Readonly<Record<Compare, readonly Compare[]>> = {
  lt: ['ge', 'le'],
  le: ['gt', 'lt'],
  gt: ['le', 'ge'],
  ge: ['lt', 'gt'],
  eq: ['ne'],
  ne: ['eq'],
}

/** All expressions that differ from this one in one operator. */
function editsOf(expr: Expr): Expr[] {
  switch (expr.op) {
    case 'num':
    case 'name':
      return []
    case 'toTensor':
      return editsOf(expr.a).map(a => ({ ...expr, a }))
    case 'fl':
    case 'neg':
    case 'sqrt':
    case 'abs':
    case 'sign':
      return [expr.a, ...editsOf(expr.a).map(a => ({ ...expr, a }))]
    case 'power':
      return [{ ...expr, exponent: expr.exponent + 1 }, ...editsOf(expr.a).map(a => ({ ...expr, a }))]
    case 'cond':
      return [
        { ...expr, a: expr.b, b: expr.a },
        ...testEditsOf(expr.test).map(test => ({ ...expr, test })),
        ...editsOf(expr.a).map(a => ({ ...expr, a })),
        ...editsOf(expr.b).map(b => ({ ...expr, b })),
      ]
    case 'sum':
    case 'prod':
      throw new TypeError('sums belong to closed forms')
    default:
      return [
        ...(swapped[expr.op] ?? []).map((op): Expr => ({ ...expr, op })),
        ...editsOf(expr.a).map(a => ({ ...expr, a })),
        ...editsOf(expr.b).map(b => ({ ...expr, b })),
      ]
  }
}

/** All conditions that differ in one operator; a flag alone has none, its branches are swapped instead. */
function testEditsOf(test: Test): Test[] {
  switch (test.op) {
    case 'flag':
    case 'first':
      return []
    case 'not':
      return [test.a, ...testEditsOf(test.a).map(a => ({ ...test, a }))]
    case 'and':
    case 'or':
      return [
        { ...test, op: test.op === 'and' ? 'or' : 'and' },
        ...testEditsOf(test.a).map(a => ({ ...test, a })),
        ...testEditsOf(test.b).map(b => ({ ...test, b })),
      ]
    default:
      return [
        ...flipped[test.op].map((op): Test => ({ ...test, op })),
        ...editsOf(test.a).map(a => ({ ...test, a })),
        ...editsOf(test.b).map(b => ({ ...test, b })),
      ]
  }
}

/** Every rule that differs from a built-in one in one operator: of its step, its point, or a state variable's condition. */
export function editedRules(rule: Rule): Edited[] {
  const source = families.find(({ id }) => id === rule.family)!.dialects[rule.dialect]!
  const edited = (was: string, now: string, change: Partial<DialectSource>): Edited => ({
    was,
    now,
    rule: lowerRule(rule, { ...source, closedForms: {}, ...change }),
  })
  const lines = rule.step.map(printStatement)
  const ofStep = rule.step.flatMap((statement, at) =>
    editsOf(statement.value).map(value => {
      const line = printStatement({ ...statement, value })
      return edited(lines[at]!, line, { step: lines.with(at, line) })
    }),
  )
  const ofPoint = editsOf(rule.at).map(at => edited(`at: ${print(rule.at)}`, `at: ${print(at)}`, { at: print(at) }))
  const ofState = Object.values(rule.state).flatMap(({ name, when }) =>
    (when ? testEditsOf(when) : []).map(test => {
      const state = source.state![name]!
      const now = { ...(typeof state === 'string' ? { init: state } : state), when: print(test) }
      return edited(`${name} when ${print(when!)}`, `${name} when ${now.when}`, {
        state: { ...source.state, [name]: now },
      })
    }),
  )
  return [...ofStep, ...ofPoint, ...ofState]
}
