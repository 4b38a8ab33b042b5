import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { analyse } from '../../../src/report/cifar10/analysis.ts'
import { page } from '../../../src/report/cifar10/html.ts'
import { markdown } from '../../../src/report/cifar10/markdown.ts'
import { draw } from '../../../src/report/cifar10/plots/svg.ts'
import { plotsOf } from '../../../src/report/cifar10/plots.ts'
import { terminal } from '../../../src/report/cifar10/terminal.ts'
import { writeReport } from '../../../src/report/cifar10/write.ts'
import { columns } from '../../../src/report/terminal-style.ts'
import type { RunRecord } from '../../../src/train/study/record.ts'
import type { Study } from '../../../src/train/study/study.ts'
import { engineRecords, engines, optimizerRecords, optimizers, remedies, remedyRecords } from './fake-study.ts'

const origin = {
  studyText: 'study: optimizers\nseeds: [11, 12] # <five>\n',
  command: 'npx lockstep bench cifar10 --study optimizers',
}
const records = optimizerRecords()
const analysis = analyse({ study: optimizers, records })
const drawings = await draw(await plotsOf(analysis))
const text = page(analysis, drawings, origin)
const read = markdown(analysis, drawings, origin)

/** Tags that are closed in the order in which they were opened; those that are never closed are left out. */
function unbalanced(given: string): string[] {
  const open: string[] = []
  for (const [tag, closing, name] of given
    .replace(/<!doctype[^>]*>/, '')
    .matchAll(/<(\/?)([a-zA-Z0-9]+)(?:"[^"]*"|[^>"])*>/g)) {
    if (['meta', 'br'].includes(name!) || tag.endsWith('/>')) continue
    if (!closing) open.push(name!)
    else if (open.pop() !== name) return [tag]
  }
  return open
}

describe('the page', () => {
  test('is whole, and needs nothing else: no script, no font, no request', () => {
    expect(unbalanced(text)).toEqual([])
    expect(text.match(/<script|<link|<img|src=|@import|url\((?!#)|https?:\/\/(?!www\.w3\.org)/g)).toBeNull()
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('is light', () => expect(text.length).toBeLessThan(250_000))

  test('has question, caution, four numbers, all plots, and the command and study file that it came from', () => {
    expect(text).toContain(optimizers.question)
    expect(text).toContain(optimizers.caution)
    expect(text.match(/<li><b>/g)).toHaveLength(4)
    expect(text.match(/<figure /g)).toHaveLength(drawings.length)
    expect(text).toContain(origin.command)
    expect(text).toContain('seeds: [11, 12] # &lt;five&gt;')
    expect(text).toContain('href="results.csv"')
  })

  test('has a row for every arm and every comparison, and the machines', () => {
    expect(text.match(/<td>momentum<\/td><td>sgd\/pytorch<\/td>/g)).toHaveLength(1)
    expect(text.match(/<td>(a difference|none)<\/td>/g)).toHaveLength(28)
    expect(text).toContain('tensorflow 2.21.0')
  })

  test('shows what strangers wrote as text', () => {
    const arms = optimizers.arms.map(arm => (arm.name === 'sgd' ? { ...arm, rule: '<b>&' } : arm))
    const shown = page(analyse({ study: { ...optimizers, arms, title: '<script>x</script>' }, records }), [], origin)
    expect(shown).not.toContain('<script>')
    expect(shown).toContain('&lt;script&gt;')
  })

  test('says first what is to be known of data and machines', () => {
    const noted = records.map(record => ({
      ...record,
      data: { ...record.data, notice: 'synthetic images, not CIFAR-10' },
      machine: { ...record.machine, notice: 'a software adapter' },
    }))
    const from = analyse({ study: optimizers, records: noted })
    for (const written of [page(from, [], origin), markdown(from, [], origin), terminal(from, screen())]) {
      expect(written.indexOf('synthetic images, not CIFAR-10')).toBeGreaterThan(-1)
      expect(written.indexOf('synthetic images, not CIFAR-10')).toBeLessThan(written.indexOf('highest mean'))
      expect(written).toContain('a software adapter')
    }
  })
})

test('both say what was found out beside', () => {
  const more = { ...origin, beside: ['The first steps <agree>.'] }
  expect(page(analysis, [], more)).toContain('<li>The first steps &lt;agree&gt;.</li>')
  expect(markdown(analysis, [], more)).toContain('- The first steps \\<agree\\>.')
})

describe('the README', () => {
  test('has each plot by its file, and tables whose rows have the cells of their heads', () => {
    for (const { name } of drawings) expect(read).toContain(`(${name}.svg)`)
    const rows = read.split('\n').filter(line => line.startsWith('|'))
    expect(rows.length).toBeGreaterThan(8 + 28)
    const widths = new Set(rows.map(line => line.split(/(?<!\\)\|/).length))
    expect(widths.size).toBeLessThanOrEqual(4)
  })

  test('says the same as the page', () => {
    expect(read).toContain('momentum is better than sgd by')
    expect(read).toContain('**What this does not show.**')
    expect(read).toContain(origin.command)
  })
})

function screen(width = 80, unicode = true) {
  return { width, colours: false, unicode }
}

describe('the terminal', () => {
  const studies: readonly (readonly [Study, readonly RunRecord[]])[] = [
    [optimizers, records],
    [remedies, remedyRecords()],
    [engines, engineRecords()],
  ]

  test.each([80, 120])('stays within %d columns', width => {
    for (const [study, made] of studies)
      for (const line of terminal(analyse({ study, records: made }), screen(width)).split('\n'))
        expect(columns(line), line).toBeLessThanOrEqual(width)
  })

  test('draws each mean within its interval, higher ones further right', () => {
    const rows = terminal(analysis, screen(120))
      .split('\n')
      .filter(line => line.includes('●'))
    expect(rows).toHaveLength(8)
    const dots = rows.map(line => line.indexOf('●'))
    expect(dots).toEqual([...dots].sort((a, b) => b - a))
    for (const line of rows) expect(line).toMatch(/─●─|●─|─●/)
  })

  test('has no letter beyond ASCII where the terminal has none', () => {
    for (const [study, made] of studies)
      expect(terminal(analyse({ study, records: made }), screen(80, false))).toMatch(/^[\n -~]*$/)
  })

  test('is a plain sentence where there are no runs yet', () => {
    expect(terminal(analyse({ study: optimizers, records: [] }), screen())).toContain('nothing can be said')
  })
})

describe('the report', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lockstep-report-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  test('is written whole, with nothing beside it, and names its files', async () => {
    const target = join(directory, 'deep', 'optimizers')
    const paths = await writeReport(target, { study: optimizers, records, ...origin })
    expect(paths.map(path => path.slice(target.length + 1)).sort()).toEqual(readdirSync(target).sort())
    expect(readdirSync(target)).toEqual(
      expect.arrayContaining(['README.md', 'accuracy.svg', 'index.html', 'results.csv']),
    )
    expect(readFileSync(join(target, 'index.html'), 'utf8')).toBe(text)
    expect(readFileSync(join(target, 'README.md'), 'utf8')).toBe(read)
  })

  test('takes the place of an earlier one, whose plots that are no more go with it', async () => {
    const target = join(directory, 'again')
    await writeReport(target, { study: optimizers, records, ...origin })
    writeFileSync(join(target, 'own.svg'), '<svg/>')
    const finals = records.filter(({ phase }) => phase === 'final')
    await writeReport(target, { study: optimizers, records: finals, ...origin })
    expect(readdirSync(target)).not.toContain('learning-rate.svg')
    expect(readdirSync(target)).toContain('own.svg')
  })

  test('that cannot be written says where and why, that the runs are safe, and leaves nothing behind', async () => {
    const blocked = join(directory, 'blocked')
    writeFileSync(blocked, 'a file')
    const writing = writeReport(blocked, { study: optimizers, records, ...origin })
    await expect(writing).rejects.toThrow(/Cannot write .*blocked.*\n.*safe in the ledger/s)
    expect(readdirSync(directory).filter(name => name.endsWith('.tmp'))).toEqual([])
  })
})
