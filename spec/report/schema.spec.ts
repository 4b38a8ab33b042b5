import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { schemas } from '../../scripts/json-schema.ts'
import { verify } from '../../src/kit/verify.ts'
import { writers } from '../../src/report/index.ts'
import { type ReportDocument, reportSchema } from '../../src/report/schema.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Subject } from '../../src/subject/subject.ts'
import type { Finding, Report, Result } from '../../src/subject/verdict.ts'
import { edited } from '../checks/wrong.ts'
import { problems } from '../json-schema.ts'
import { diagnosis, finding, fullReport, half, reportOf, result, scenario } from './fake-report.ts'

const folder = fileURLToPath(new URL('../../docs/schemas/', import.meta.url))
const published = JSON.parse(readFileSync(`${folder}verify-1.schema.json`, 'utf8'))
const written = (report: Report): unknown =>
  JSON.parse(writers.json!(report, { width: 80, colours: false, unicode: true }))
const complaints = (report: Report): string[] => problems(published, written(report), true)

/** Fields of a result that the schema does not have: none, or this does not compile. */
type Lacking = Exclude<Exclude<keyof Result, 'finding'> | keyof Finding, keyof ReportDocument['results'][number]>
type LackingAbove = Exclude<keyof Report, keyof ReportDocument>
const lacking: Record<Lacking | LackingAbove, never> = {}

/** A document with another value at a path; undefined takes it away. */
function changed(document: unknown, [key, ...rest]: (string | number)[], value: unknown): unknown {
  if (key === undefined) return value
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<
    string | number,
    unknown
  >
  copy[key] = changed(copy[key], rest, value)
  return copy
}

describe('docs/schemas', () => {
  test('holds what `npm run docs` writes, and nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual([...schemas().keys()].sort())
    for (const [name, text] of schemas())
      expect(readFileSync(folder + name, 'utf8') === text, `docs/schemas/${name} is stale: run npm run docs`).toBe(true)
  })
})

describe('the schema of a report', () => {
  test('has every field of the types', () => expect(lacking).toEqual({}))

  test('is satisfied by a report with one of everything, and describes all that is in it', () => {
    const odd = { ...finding, got: Number.NaN, low: Number.NEGATIVE_INFINITY, expected: -0 }
    const more = [
      result({ verdict: 'fail', finding: odd, scenario, replay: 'lockstep replay x', kept: 1, formats: ['float32'] }),
      result({ verdict: 'unknown', reason: 'no', undecided: 0.5, note: 'so' }),
    ]
    const { results } = fullReport()
    const report = reportOf([...results, ...more])
    const diagnoses = [diagnosis({ kind: 'none', partial: { ...half, share: 0.9 }, checks: ['d'], incomplete: true })]
    expect(complaints({ ...report, diagnoses, notes: ['n'], incomplete: true })).toEqual([])
  })

  test('is satisfied by real reports: of a right and a wrong optimizer, of one that throws, and of a known deviation', async () => {
    const id = 'sgd/lecture'
    const subjects: Subject[] = [
      ruleSubject(findRule(id)),
      { ...ruleSubject(edited(id, 'lr * g', '2 * lr * g')), name: 'wrong' },
      { ...ruleSubject(findRule(id)), name: 'broken', open: () => Promise.reject(new Error('no')) },
      { ...ruleSubject(findRule(id)), name: 'none', offers: () => ({ unsupported: 'no SGD' }) },
    ]
    const deviations = [
      { subject: 'wrong', rule: id, checks: ['relation'], reason: 'we know', link: 'https://example.org' },
    ]
    const report = await verify({ subjects, rules: [id], deviations })
    expect(complaints(report)).toEqual([])
    expect(report.summary.fail * report.summary.unknown * report.summary.skip * report.summary.pass).toBeGreaterThan(0)
  })

  test.each<[string, (string | number)[], unknown]>([
    ['another verdict', ['results', 0, 'verdict'], 'maybe'],
    ['a result without its check', ['results', 0, 'check'], undefined],
    ['a number that is text', ['results', 0, 'worst'], 'little'],
    ['another version of the document', ['schema'], 'lockstep/verify/2'],
    ['no summary', ['summary'], undefined],
    ['half a count', ['summary', 'pass'], 0.5],
    ['a share above 1', ['results', 0, 'proving'], 1.5],
  ])('refuses %s, as the schema does that it was made from', (_, path, value) => {
    const document = written(fullReport())
    expect(v.is(reportSchema, document)).toBe(true)
    const wrong = JSON.parse(JSON.stringify(changed(document, path, value)))
    expect(problems(published, wrong)).not.toEqual([])
    expect(v.is(reportSchema, wrong)).toBe(false)
  })

  test('lets a later version add fields, as a version of the document promises', () => {
    const document = { ...(written(fullReport()) as object), more: 1 }
    expect(problems(published, document)).toEqual([])
    expect(problems(published, document, true)).toEqual(['/ must NOT have additional properties: more'])
  })
})
