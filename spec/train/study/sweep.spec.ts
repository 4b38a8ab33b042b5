import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { syntheticImages } from '../../../src/train/data/synthetic.ts'
import { estimate } from '../../../src/train/study/cost.ts'
import { Ledger, readLedger } from '../../../src/train/study/ledger.ts'
import type { Task } from '../../../src/train/study/record.ts'
import { type SweepOptions, sweep, type Trainer } from '../../../src/train/study/sweep.ts'

const tasks: readonly Task[] = [1, 2, 3, 4, 5].map(seed => ({
  study: 's',
  arm: 'a',
  phase: 'final',
  run: { model: 'softmax', rule: 'sgd/pytorch', batch: 20, epochs: 2, seed, evaluate: 'test' },
  watch: {},
}))

/** A trainer that counts its runs; one of a seed throws, one diverges. */
function counting({ throws = 0, diverges = 0 } = {}): Trainer & { readonly made: number[] } {
  const made: number[] = []
  return {
    made,
    machine: { engine: 'wasm', device: 'd', versions: { node: '20' } },
    async *run({ run: { seed } }, { onStep }) {
      made.push(seed)
      const figure = { seed, epoch: 1, step: 1 }
      onStep?.(1, 2)
      yield { ...figure, metric: 'batch_loss', value: 2 }
      if (seed === throws) throw new Error('killed')
      yield seed === diverges
        ? { ...figure, metric: 'diverged', value: 1 }
        : { ...figure, metric: 'test_accuracy', value: 0.5 }
    },
  }
}

const data = { name: 'synthetic', fingerprint: 'f' }

async function swept(path: string, trainer: Trainer, more: Partial<SweepOptions> = {}) {
  const ledger = await Ledger.open(path)
  try {
    return await sweep(tasks, { ledger, trainer, data, lockstep: '0', ...more })
  } finally {
    await ledger.close()
  }
}

const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'lockstep-sweep-')), 'runs.jsonl')

describe('a sweep', () => {
  test('that is ended within a run loses that run alone, and goes on behind what was made', async () => {
    const path = fresh()
    const first = counting({ throws: 3 })
    await expect(swept(path, first)).rejects.toThrow('killed')
    expect(readLedger(path).records.map(({ run }) => run.seed)).toEqual([1, 2])
    const second = counting()
    const records = await swept(path, second)
    expect(second.made).toEqual([3, 4, 5])
    expect(records.map(({ run }) => run.seed)).toEqual([1, 2, 3, 4, 5])
    expect(readLedger(path).records).toHaveLength(5)
  })

  test('that is complete makes nothing again; on other data or another engine all is made anew', async () => {
    const path = fresh()
    await swept(path, counting())
    const same = counting()
    await swept(path, same)
    const [otherData, otherEngine] = [
      counting(),
      { ...counting(), machine: { engine: 'native', device: 'd', versions: {} } },
    ]
    await swept(path, otherData, { data: { ...data, fingerprint: 'g' } })
    await swept(path, otherEngine)
    expect([same.made, otherData.made.length, otherEngine.made.length]).toEqual([[], 5, 5])
    expect(readLedger(path).records).toHaveLength(15)
  })

  test('keeps a diverged run as a result', async () => {
    const records = await swept(fresh(), counting({ diverges: 2 }))
    expect(records.map(({ outcome }) => outcome)).toEqual(['finished', 'diverged', 'finished', 'finished', 'finished'])
  })

  test('in shards makes every run in one of them', async () => {
    const shards = [1, 2, 3].map(index => ({ index, of: 3 }))
    const made = await Promise.all(
      shards.map(async shard => {
        const trainer = counting()
        await swept(fresh(), trainer, { shard })
        return trainer.made
      }),
    )
    expect(made).toEqual([[1, 4], [2, 5], [3]])
  })

  test('tells which run it makes, of how many that are left', async () => {
    const path = fresh()
    await swept(path, counting({ throws: 4 })).catch(() => undefined)
    const told: string[] = []
    await swept(path, counting(), { onTask: ({ run }, at, of) => told.push(`${run.seed}: ${at} of ${of}`) })
    expect(told).toEqual(['4: 1 of 2', '5: 2 of 2'])
  })
})

test('a cost is that of all steps and all measuring of all runs, from a few steps of one of each kind', async () => {
  const wait = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
  const [step, measuring] = [20, 60]
  const asked: number[] = []
  const trainer: Trainer = {
    machine: { engine: 'wasm', device: 'd', versions: {} },
    async *run({ run }, { onStep }) {
      asked.push(run.steps!)
      for (let k = 1; k <= run.steps!; k++) {
        await wait(step)
        onStep?.(k, run.steps!)
        yield { seed: 1, epoch: 1, step: k, metric: 'batch_loss', value: 1 }
      }
      await wait(measuring)
    },
  }
  const images = syntheticImages(1, { train: 100, test: 10 })
  // Five runs of two epochs of 100 / 20 = 5 steps.
  const least = (5 * 2 * (5 * step + measuring)) / 1000
  const seconds = await estimate(tasks, trainer, images)
  expect(asked).toHaveLength(1)
  expect(seconds).toBeGreaterThan(0.95 * least)
  // Timers may come late, never early: the upper end only tells that nothing is counted twice.
  expect(seconds).toBeLessThan(3 * least)
})
