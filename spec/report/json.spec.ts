import { expect, test } from 'vitest'
import { writers } from '../../src/report/index.ts'
import { finding, fullReport, reportOf, result } from './fake-report.ts'

const terminal = { width: 80, colours: true, unicode: true }
const written = (report = fullReport()) => JSON.parse(writers.json!(report, terminal))

test('the document has the fields that a reader was promised', () => {
  const document = written()
  expect(Object.keys(document)).toEqual(
    expect.arrayContaining(['schema', 'seed', 'versions', 'subjects', 'results', 'diagnoses', 'summary', 'seconds']),
  )
  expect(document.summary).toEqual({ pass: 44, fail: 1, skip: 1, unknown: 1, known: 1 })
})

test("a finding's fields stand beside those of its result", () => {
  const found = written().results.find((r: { verdict: string }) => r.verdict === 'fail')
  expect(found).toMatchObject({
    subject: 'keras',
    rule: 'rmsprop/keras',
    check: 'formula',
    step: 1,
    index: 0,
    got: 0.99901,
    low: 0.99683,
    high: 0.99685,
    ulps: 37_912,
  })
})

test('nothing of the report is lost', () => {
  const report = fullReport()
  const { results, ...rest } = written(report)
  expect(rest).toEqual(JSON.parse(JSON.stringify({ ...report, results: undefined })))
  expect(results).toHaveLength(report.results.length)
})

test('numbers that JSON does not have are strings', () => {
  const odd = {
    ...finding,
    got: Number.NaN,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    expected: -0,
  }
  const [first] = written(reportOf([result({ verdict: 'fail', finding: odd })])).results
  expect(first).toMatchObject({ got: 'NaN', low: '-Infinity', high: 'Infinity', expected: '-0' })
})

test('there is never an escape sequence in it', () => {
  expect(writers.json!(fullReport(), terminal)).not.toContain('\u001b')
})
