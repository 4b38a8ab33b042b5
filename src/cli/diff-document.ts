import type { Row } from '../derive/compare/align.ts'
import { printStatement } from '../language/print.ts'
import type { DiffDocument } from '../report/diff-schema.ts'
import type { Comparison, RuleDiff } from '../score/diff/diff.ts'

/** A comparison of two rules as one document. */
export function diffDocument({
  a,
  b,
  seed,
  names,
  alignment,
  facts,
  sameFormula,
  shared,
  own,
}: RuleDiff): DiffDocument {
  return {
    schema: 'lockstep/diff/1',
    seed,
    a: { id: a.id, source: a.source, step: a.step.map(printStatement) },
    b: { id: b.id, source: b.source, step: b.step.map(printStatement) },
    names: [...names].map(([mine, theirs]) => ({ a: mine, b: theirs })),
    formula: alignment.rows.map(row),
    facts: facts.map(({ formula: _, ...fact }) => fact),
    sameFormula,
    shared: comparison(shared),
    ...(own && { own: comparison(own) }),
  }
}

const row = ({ a, b, same }: Row): DiffDocument['formula'][number] => {
  const side = (line: Row['a']) =>
    line && {
      statement: `${line.target} = ${line.terms.map(({ text, spaced }) => (spaced ? ` ${text}` : text)).join('')}`,
      differs: line.terms.filter(({ differs }) => differs).map(({ text }) => text),
    }
  const [left, right] = [side(a), side(b)]
  return { same, ...(left && { a: left }), ...(right && { b: right }) }
}

function comparison({ tried, witness, distance }: Comparison): DiffDocument['shared'] {
  return {
    apart: witness !== undefined,
    tried,
    ...(witness && {
      scenario: witness.scenario,
      hyper: witness.hyper,
      step: witness.parting.step,
      parameter: witness.parting.parameter,
      index: witness.parting.index,
      a: { before: witness.parting.a[0], after: witness.parting.a[1] },
      b: { before: witness.parting.b[0], after: witness.parting.b[1] },
    }),
    ...(distance && {
      measuredAt: distance.at,
      firstSteps: [...distance.first],
      training: [...distance.training],
      ...(distance.descent && { descent: distance.descent }),
    }),
  }
}
