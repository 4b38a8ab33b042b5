import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writers } from '../../src/report/index.ts'
import type { Report } from '../../src/subject/verdict.ts'
import { finding, fullReport, reportOf, result, scenario } from './fake-report.ts'
import { type Element, readXml } from './read-xml.ts'

const screen = { width: 40, colours: true, unicode: false }
const written = (report: Report): Element => readXml(writers.junit!(report, screen))
const replay = 'lockstep replay .lockstep/scenarios/1.json'

const mixed = reportOf([
  result({ formats: ['float32'] }),
  result({ formats: ['float64'], verdict: 'fail', finding, scenario, replay }),
  result({ check: 'golden', verdict: 'skip', reason: 'no recording' }),
  result({ check: 'maximize', verdict: 'unknown', reason: 'timed out\nafter a second' }),
  result({ subject: 'keras', verdict: 'fail', finding, known: { reason: 'on record', link: 'https://example.org' } }),
])

describe('JUnit', () => {
  const root = written(mixed)
  const cases = root.children[0]!.children.filter(({ name }) => name === 'testcase')

  test('has a suite for each subject and rule, and a case for each check and format', () => {
    expect(root.children.map(({ attributes }) => attributes.name)).toEqual([
      'pytorch against adam/pytorch',
      'keras against adam/pytorch',
    ])
    expect(cases.map(({ attributes }) => attributes.name)).toEqual([
      'formula, float32',
      'formula, float64',
      'golden',
      'maximize',
    ])
  })

  test('says nothing of a pass, and tells failures, skips and errors apart', () => {
    expect(cases.map(({ children }) => children.map(({ name }) => name))).toEqual([
      [],
      ['failure'],
      ['skipped'],
      ['error'],
    ])
    expect(cases[2]!.children[0]!.attributes.message).toBe('no recording')
    expect(cases[3]!.children[0]).toMatchObject({
      attributes: { message: 'timed out' },
      text: 'timed out\nafter a second',
    })
  })

  test('a failure has the element in its message and the whole of it in its text', () => {
    const [failure] = cases[1]!.children
    expect(failure!.attributes.message).toContain(
      'step 1, a[0]: got 0.9990, allowed 0.99683..0.99685, 37,912 ulps away',
    )
    for (const words of ['the formula gives 0.99684', 'with        lr = 0.1', 'gradient 1  a = [0.25, -1]', replay])
      expect(failure!.text).toContain(words)
  })

  test('a known deviation is shown and does not fail', () => {
    const [only] = root.children[1]!.children.filter(({ name }) => name === 'testcase')
    expect(only!.children).toMatchObject([
      { name: 'skipped', attributes: { message: 'known deviation: on record (https://example.org)' } },
    ])
  })

  test('counts what is in it, in all and in each suite', () => {
    expect(root.attributes).toMatchObject({ tests: '5', failures: '1', errors: '1', skipped: '2' })
    expect(root.children[0]!.attributes).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1' })
  })

  test('names rule, seed, depth and versions as properties', () => {
    const properties = root.children[0]!.children[0]!.children.map(({ attributes }) => [
      attributes.name,
      attributes.value,
    ])
    expect(Object.fromEntries(properties)).toMatchObject({
      rule: 'adam/pytorch',
      seed: '7',
      depth: 'quick',
      'version.lockstep': '0.1.0',
      'subject.version': '1',
    })
  })

  test('of a run that did not end has an error, so that it is no success', () => {
    const stopped = written({ ...reportOf([result()]), incomplete: true })
    expect(stopped.attributes).toMatchObject({ tests: '2', failures: '0', errors: '1' })
    expect(written(reportOf([result()])).attributes).toMatchObject({ tests: '1', errors: '0' })
  })

  test('of the whole matrix and of nothing is well-formed', () => {
    expect(written(fullReport()).children).toHaveLength(48)
    expect(written(reportOf([])).children).toEqual([])
  })

  test('keeps any text, and writes out what XML cannot hold', () => {
    const message = (reason: string): string =>
      written(reportOf([result({ verdict: 'skip', reason })])).children[0]!.children[1]!.children[0]!.attributes
        .message!
    expect(message('a]]>b & "c" <d>\r\n\te')).toBe('a]]>b & "c" <d>\r\n\te')
    expect(message('\u001b[31mred\u0000 \ud800 \uffff')).toBe('\\u{1b}[31mred\\u{0} \\u{d800} \\u{ffff}')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const odd = { subject: text, rule: text, check: text, reason: text }
        const verdicts = (['fail', 'skip', 'unknown', 'pass'] as const).map(verdict => result({ ...odd, verdict }))
        expect(written(reportOf(verdicts)).attributes.tests).toBe('4')
        if (/^[ -~]*$/.test(text)) expect(message(text)).toBe(text)
      }),
    )
  })
})
