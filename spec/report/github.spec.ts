import { describe, expect, test } from 'vitest'
import { streams, writers } from '../../src/report/index.ts'
import type { Report } from '../../src/subject/verdict.ts'
import { finding, reportOf, result } from './fake-report.ts'

const screen = { width: 40, colours: true, unicode: false }
const lines = (report: Report): string[] => writers.github!(report, screen).trimEnd().split('\n')

/** What the runner of GitHub Actions makes of a line; source: actions/runner, ActionCommand.cs. */
function understood(line: string) {
  const [, kind, properties = '', data = ''] = /^::(\w+)(?: (.*?))?::(.*)$/.exec(line) ?? []
  const text = (escaped: string): string =>
    escaped
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%')
  const pairs = properties.split(',').map(pair => pair.split('=') as [string, string])
  return { kind, ...Object.fromEntries(pairs.map(([name, value]) => [name, text(value)])), data: text(data) }
}

const failing = result({ verdict: 'fail', finding, replay: 'lockstep replay x.json' })

describe('annotations', () => {
  test('a deviation is an error at the file of the subject, with the sentence and the command', () => {
    const report = reportOf([failing])
    const subjects = report.subjects.map(subject => ({ ...subject, path: 'src/my,adam.ts' }))
    expect(understood(lines({ ...report, subjects })[0]!)).toEqual({
      kind: 'error',
      file: 'src/my,adam.ts',
      title: 'pytorch, adam/pytorch, formula',
      data: 'adam/pytorch, step 1, parameter a[0]: x is 0.9990 but the formula gives 0.99684 (allowed 0.99683..0.99685), 37,912 ulps away.\nlockstep replay x.json',
    })
  })

  test('a subject that has no file has an annotation without one', () => {
    expect(understood(lines(reportOf([failing]))[0]!)).not.toHaveProperty('file')
  })

  test('what could not be decided is a warning; passes, skips and known deviations are no annotation', () => {
    const quiet = [result(), result({ verdict: 'skip' }), result({ verdict: 'fail', known: { reason: 'we know' } })]
    const kinds = lines(reportOf([...quiet, result({ verdict: 'unknown', reason: 'it hung' })])).map(
      line => understood(line).kind,
    )
    expect(kinds).toEqual(['warning', 'notice'])
  })

  test('one subject under one rule has one error, however many checks find it', () => {
    const others = ['maximize', 'permutation'].map(check => ({ ...failing, check }))
    const elsewhere = { ...failing, rule: 'sgd/pytorch' }
    expect(lines(reportOf([failing, ...others, elsewhere])).map(line => understood(line).kind)).toEqual([
      'error',
      'error',
      'notice',
    ])
  })

  test('text of a guest cannot begin another command, and comes back as it was', () => {
    const reason = 'broken: 100%, really\r\n::set-env name=PATH::/tmp\n%0A'
    const report = reportOf([result({ check: 'a:b,c%', verdict: 'unknown', reason, replay: 'again' })])
    expect(lines(report)).toHaveLength(2)
    expect(understood(lines(report)[0]!)).toMatchObject({
      title: 'pytorch, adam/pytorch, a:b,c%',
      data: `${reason}\nagain`,
    })
  })

  test('the summary is a notice with the seed; a run that did not end is an error', () => {
    expect(understood(lines(reportOf([result()])).at(-1)!)).toMatchObject({
      kind: 'notice',
      data: expect.stringMatching(/^1 of 1 check holds.*Seed 7, quick depth\.$/),
    })
    const stopped = lines({ ...reportOf([result()]), incomplete: true }).map(understood)
    expect(stopped.map(({ kind }) => kind)).toEqual(['error', 'notice'])
  })

  test('line by line is what is written at once', () => {
    const report = reportOf([result(), failing, result({ check: 'maximize', verdict: 'unknown' })])
    const stream = streams.github!()
    const parts = report.results.map(each => stream.result(each, report.subjects))
    expect(parts.map(part => part !== '')).toEqual([false, true, true])
    expect(parts.join('') + stream.end(report)).toBe(writers.github!(report, screen))
  })
})
