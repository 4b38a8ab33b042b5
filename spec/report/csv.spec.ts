import { expect, test } from 'vitest'
import { csv } from '../../src/report/csv.ts'
import { finding, fullReport, reportOf, result, scenario } from './fake-report.ts'

/** A reader after RFC 4180: fields between commas, quoted where they hold commas, quotes or line ends. */
function read(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

test('a line for each result, with as many fields as there are names', () => {
  const report = fullReport()
  const [names, ...rows] = read(csv(report))
  expect(rows).toHaveLength(report.results.length)
  expect(new Set(names).size).toBe(names!.length)
  for (const row of rows) expect(row).toHaveLength(names!.length)
})

test('numbers are read back as they were, and text with commas, quotes and line ends too', () => {
  const reason = 'one, "two"\nthree'
  const got = -0.1 - 2 ** -55
  const fields = {
    verdict: 'fail',
    reason,
    scenario,
    finding: { ...finding, got, high: -0, expected: Number.NaN },
  } as const
  const [names, row] = read(csv(reportOf([result(fields)])))
  const record = Object.fromEntries(names!.map((name, at) => [name, row![at]]))
  expect(record.reason).toBe(reason)
  expect(Number(record.got)).toBe(got)
  expect(Object.is(Number(record.high), -0)).toBe(true)
  expect(record).toMatchObject({ expected: 'NaN', outcome: 'deviates', step: '1', version: '1' })
})
