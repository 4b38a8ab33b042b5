import { describe, expect, test } from 'vitest'
import { describeDiagnosis } from '../../src/kit/index.ts'
import { writers } from '../../src/report/index.ts'
import type { Report } from '../../src/subject/verdict.ts'
import { diagnosis, finding, fullReport, half, reportOf, result, scenario } from './fake-report.ts'

const page = { width: 200, colours: false, unicode: true } as const
const sentence = 'It looks like this: epsilon is added inside the square root'
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** The whole matrix, with the one deviation in it diagnosed. */
const whole: Report = { ...fullReport(), diagnoses: [diagnosis({ rule: 'adam/tfjs' })] }
const failure = result({ subject: 'tfjs', rule: 'adam/tfjs', verdict: 'fail', finding, scenario })
const single = (fields: Parameters<typeof diagnosis>[0] = {}): Report => ({
  ...reportOf([failure]),
  diagnoses: [diagnosis(fields)],
})

describe('a diagnosis stands in every report', () => {
  test.each(['terminal', 'junit', 'github', 'markdown', 'html'])('%s', name => {
    expect(flat(writers[name]!(whole, page))).toContain(sentence)
    expect(flat(writers[name]!(fullReport(), page))).not.toContain('It looks like')
  })

  test('as data in the document, with all its alternatives', () => {
    const [written] = JSON.parse(writers.json!(whole, page)).diagnoses
    expect(written).toEqual(JSON.parse(JSON.stringify(diagnosis({ rule: 'adam/tfjs' }))))
  })

  test('with the lines of the formula, as they were and as they are, where one subject is shown', () => {
    const text = writers.terminal!(single(), page)
    expect(text).toContain('was  denom = sqrt(v) / sqrt(bc2) + eps\n')
    expect(text).toContain('now  denom = sqrt(v + eps) / sqrt(bc2)\n')
  })

  test('of another subject or rule is not taken for it', () => {
    expect(writers.terminal!(single({ rule: 'adam/keras' }), page)).not.toContain('It looks like')
  })
})

describe('a diagnosis says what it rests on', () => {
  test('how many elements of how many scenarios it reproduces, and that the rule does not', () => {
    expect(flat(describeDiagnosis(diagnosis()))).toContain(
      'this reproduces all 1,164 elements of 15 scenarios, adam/tfjs does not',
    )
  })

  test('or which checks fail, where it is known by these', () => {
    const text = flat(describeDiagnosis(diagnosis({ kind: 'fault', checks: ['instances share nothing'], edits: [] })))
    expect(text).toContain("('instances share nothing' fails; otherwise its steps are those of adam/tfjs)")
    expect(text).not.toContain('reproduces')
  })

  test('where it shows first, unless that was just told', () => {
    expect(flat(describeDiagnosis(diagnosis()))).toContain('It shows first here: adam/tfjs, step 1, parameter a[0]')
    expect(writers.terminal!(single(), page)).not.toContain('It shows first here')
  })

  test('what it cannot be told from: three in words, the others counted', () => {
    const others = (count: number) => Array.from({ length: count }, (_, k) => ({ ...half, explanation: `other ${k}` }))
    expect(flat(describeDiagnosis(diagnosis({ alternatives: others(2) })))).toContain(
      'nothing that was tried tells them apart: other 0; other 1.',
    )
    const text = flat(describeDiagnosis(diagnosis({ alternatives: others(5) })))
    expect(text).toContain('other 0; other 1; other 2; and 2 more.')
    expect(describeDiagnosis(diagnosis({ alternatives: [] }))).not.toContain('tells them apart')
  })

  test('what it does not explain: contracts that fail beside it', () => {
    expect(flat(describeDiagnosis(diagnosis({ beside: ['layouts agree'] })))).toContain(
      "That is not all: it does not explain why 'layouts agree' fails.",
    )
  })

  test('where another rule is, when it is another rule', () => {
    expect(describeDiagnosis(diagnosis({ candidate: 'adam/keras' }))).toContain('See: lockstep rules adam/keras')
  })
})

describe('where nothing explains it', () => {
  const none = { kind: 'none', explained: 0, edits: [], alternatives: [] } as const

  test('that is said, with how much was tried', () => {
    const text = flat(describeDiagnosis(diagnosis(none)))
    expect(text).toContain(
      'No explanation was found: none of the 497 variants that were tried reproduces what was observed in 15 scenarios.',
    )
    expect(text).not.toContain('It looks like')
  })

  test('and that time ran out', () => {
    expect(flat(describeDiagnosis(diagnosis({ ...none, incomplete: true })))).toContain('time ran out')
  })

  test('what comes closest is called no explanation, and has its share', () => {
    expect(flat(describeDiagnosis(diagnosis({ ...none, partial: { ...half, share: 0.9 } })))).toContain(
      'Closest, but no explanation: epsilon is added inside the square root (90 % of the elements).',
    )
  })
})
