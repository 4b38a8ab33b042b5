import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { Ledger, mergedRecords, readLedger } from '../../../src/train/study/ledger.ts'
import { record } from './fixtures/record.ts'

const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'lockstep-ledger-')), 'runs.jsonl')

async function filled(path: string, ...ids: string[]): Promise<void> {
  const ledger = await Ledger.open(path)
  for (const id of ids) ledger.append(record(id))
  await ledger.close()
}

const ids = (path: string): string[] => readLedger(path).records.map(({ id }) => id)

describe('a ledger', () => {
  test('keeps what was written, over several openings', async () => {
    const path = fresh()
    await filled(path, 'one')
    await filled(path, 'two')
    expect(readLedger(path).records).toEqual([record('one'), record('two')])
  })

  test('that was torn in the middle of a line keeps every whole line, and goes on behind them', async () => {
    const path = fresh()
    await filled(path, 'one', 'two')
    const whole = readFileSync(path, 'utf8')
    for (const cut of [1, 20, JSON.stringify(record('two')).length]) {
      writeFileSync(path, whole.slice(0, whole.length - cut))
      await filled(path, 'three')
      expect(ids(path)).toEqual(['one', 'three'])
    }
  })

  test('of another process is refused until that one is done', async () => {
    const path = fresh()
    const first = await Ledger.open(path)
    await expect(Ledger.open(path)).rejects.toThrow(/being written to by another process.*bench merge/)
    await first.close()
    await filled(path, 'one')
    expect(ids(path)).toEqual(['one'])
  })

  test('that cannot grow keeps what was there, whole, and says how to go on', () => {
    const path = fresh()
    const program = fileURLToPath(new URL('fixtures/append.ts', import.meta.url))
    // Files of at most 512 bytes: the second record is written in part, then the system refuses, as a full disk does.
    const limited = 'trap \'\' XFSZ; ulimit -f 1; exec node --import tsx "$@"'
    const { stdout } = spawnSync('sh', ['-c', limited, 'sh', program, path], { encoding: 'utf8' })
    expect(stdout).toMatch(
      /LedgerError: .*runs\.jsonl: the run could not be written: EFBIG.*recorded before it \(1 runs\) is kept/,
    )
    expect(ids(path)).toEqual(['one'])
    expect(readLedger(path).isTorn).toBe(false)
  })

  test.each([
    ['no JSON', 'nonsense', /line 2: this is not JSON.*Remove the line/],
    ['something else', '{"record":"other"}', /line 2: record: .*remove the line/],
  ])('with a line that is %s is refused, with its place', async (_, text, words) => {
    const path = fresh()
    await filled(path, 'one')
    appendFileSync(path, `${text}\n`)
    expect(() => readLedger(path)).toThrow(words)
  })
})

test('ledgers are put together, each run once; one that is not there is named', async () => {
  const [a, b] = [fresh(), fresh()]
  await filled(a, 'one', 'two')
  await filled(b, 'two', 'three')
  expect(mergedRecords([a, b]).map(({ id }) => id)).toEqual(['one', 'two', 'three'])
  expect(() => mergedRecords([a, `${b}.no`])).toThrow(/runs\.jsonl\.no is not there/)
})
