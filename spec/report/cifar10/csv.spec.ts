import { describe, expect, test } from 'vitest'
import { columns, csv } from '../../../src/report/cifar10/csv.ts'
import { optimizerRecords, optimizers } from './fake-study.ts'

/** Rows as RFC 4180 has them, by column. */
function read(text: string): Record<string, string>[] {
  const rows = [...text.matchAll(/(?:"(?:[^"]|"")*"|[^,\r\n]*)(?:,|\r\n)/g)].reduce<string[][]>(
    (all, [cell]) => {
      const value = cell.replace(/(?:,|\r\n)$/, '')
      all.at(-1)!.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value)
      if (cell.endsWith('\r\n')) all.push([])
      return all
    },
    [[]],
  )
  const [head, ...others] = rows.slice(0, -1)
  return others.map(row => Object.fromEntries(head!.map((name, k) => [name, row[k]!])))
}

const records = optimizerRecords()
const rows = read(await csv({ study: optimizers, records }))

describe('the table of measurements', () => {
  test('has a row for every figure of every run, and no other', () => {
    expect(rows).toHaveLength(records.reduce((sum, { figures }) => sum + figures.length, 0))
    expect(Object.keys(rows[0]!)).toEqual(columns)
    expect(rows.every(row => Object.values(row).every(cell => cell !== undefined))).toBe(true)
  })

  test('keeps every digit', () => {
    const given = records.flatMap(({ figures }) => figures.map(({ value }) => value))
    expect(rows.map(({ value }) => Number(value))).toEqual(given)
  })

  test('has hyper-parameters as JSON with the defaults of the rule, and the rate in a column of its own', () => {
    const adam = rows.find(({ arm, phase }) => arm === 'adam' && phase === 'final')!
    expect(JSON.parse(adam.hyper!)).toMatchObject({ lr: 0.001, beta1: 0.9, beta2: 0.999 })
    expect(adam).toMatchObject({
      lr: '0.001',
      rule: 'adam/pytorch',
      engine: 'native',
      batch: '128',
      study: 'optimizers',
    })
    expect(JSON.parse(adam.versions!)).toMatchObject({ lockstep: '0.1.0', tensorflow: '2.21.0' })
  })

  test('has a row for every run that diverged, however it was recorded', async () => {
    const lost = records.filter(({ outcome }) => outcome === 'diverged')
    expect(lost.length).toBeGreaterThan(0)
    expect(rows.filter(({ metric }) => metric === 'diverged')).toHaveLength(lost.length)
    const silent = { ...lost[0]!, figures: lost[0]!.figures.filter(({ metric }) => metric !== 'diverged') }
    const told = read(await csv({ study: optimizers, records: [silent] })).at(-1)!
    expect(told).toMatchObject({
      metric: 'diverged',
      value: '1',
      outcome: 'diverged',
      step: String(silent.figures.at(-1)!.step),
    })
  })

  test('has no line for a run without figures, and is a head where there are no runs', async () => {
    expect(await csv({ study: optimizers, records: [] })).toBe(`${columns.join(',')}\r\n`)
    expect(await csv({ study: optimizers, records: [{ ...records[0]!, outcome: 'finished', figures: [] }] })).toBe(
      `${columns.join(',')}\r\n`,
    )
  })
})
