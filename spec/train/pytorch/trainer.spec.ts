import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syntheticImages } from '../../../src/train/data/synthetic.ts'
import type { Measurement, RunSpec } from '../../../src/train/loop/run.ts'
import { buildNetwork } from '../../../src/train/models/build.ts'
import { initialWeights } from '../../../src/train/models/weights.ts'
import type { PytorchSubject } from '../../../src/train/pytorch/plan-file.ts'
import { type PytorchRunOptions, pytorchTrainer } from '../../../src/train/pytorch/trainer.ts'
import { python } from './here.ts'

const data = syntheticImages(1, { train: 200, test: 50 })
const file = fileURLToPath(new URL('fixtures/optimizers.py', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'lockstep-spec-'))
// What runs leave behind would be here.
const before = process.env.TMPDIR
beforeAll(() => {
  process.env.TMPDIR = directory
})
afterAll(() => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  rmSync(directory, { recursive: true })
})

/** Folders of runs; torch makes one of its own, too. */
const left = (): string[] => readdirSync(directory).filter(name => name.startsWith('lockstep-pytorch'))

const base: RunSpec = {
  model: 'softmax',
  rule: 'sgd/pytorch',
  hyper: { lr: 0.01 },
  batch: 50,
  epochs: 1,
  seed: 1,
  evaluate: 'test',
}
const u = 2 ** -24
const patience = 60_000

async function figures(
  { subject, ...run }: Partial<RunSpec> & { subject?: PytorchSubject } = {},
  options: PytorchRunOptions = {},
): Promise<Measurement[]> {
  const trainer = await pytorchTrainer({ python: python!, data, threads: 1, ...(subject && { subject }) })
  const found: Measurement[] = []
  for await (const each of trainer.train({ ...base, ...run }, options)) found.push(each)
  return found
}
const losses = (found: readonly Measurement[]): number[] =>
  found.filter(({ metric }) => metric === 'batch_loss').map(({ value }) => value)

describe.skipIf(python === undefined)('a run in PyTorch', { timeout: patience }, () => {
  it('measures what a run on an engine measures, says what it ran on, and leaves nothing behind', async () => {
    const trainer = await pytorchTrainer({ python: python!, data, threads: 1 })
    expect(trainer.machine).toMatchObject({
      engine: 'pytorch',
      device: expect.stringMatching(/^CPU \(.+\), PyTorch \d.*, one thread$/),
      versions: { torch: expect.stringMatching(/^\d/), numpy: expect.any(String), python: expect.any(String) },
    })
    const steps: number[] = []
    const task = { study: 's', arm: 'a', phase: 'final', run: base, watch: { window: 2 } } as const
    const found: Measurement[] = []
    for await (const each of trainer.run(task, { onStep: step => steps.push(step) })) found.push(each)
    expect(found.map(({ step, metric }) => `${step} ${metric}`)).toEqual([
      '2 batch_loss',
      '4 batch_loss',
      '4 images_per_second',
      '4 lr',
      '4 train_loss',
      '4 train_accuracy',
      '4 test_loss',
      '4 test_accuracy',
    ])
    expect(steps.at(-1)).toBe(4)
    expect(left()).toEqual([])
  })

  it('records a loss that is not finite as diverged, and ends', async () => {
    const found = await figures({ model: 'mlp', hyper: { lr: 1e30 }, epochs: 5 })
    expect(found.at(-1)).toMatchObject({ metric: 'diverged', value: 1, epoch: 1 })
    expect(found.every(({ value }) => Number.isFinite(value))).toBe(true)
  })

  it("trains a user's class, whose hyper-parameters are its own keywords", async () => {
    const trained: ReadonlyMap<string, Float64Array>[] = []
    const onEnd = (weights: ReadonlyMap<string, Float64Array>): void => void trained.push(weights)
    const subject = { file, object: 'PlainSgd', hyper: { rate: 0.01, beta1: 0.9 } }
    const own = await figures({ hyper: {}, subject, steps: 1 }, { onEnd })
    const theirs = await figures({ steps: 1 }, { onEnd })
    expect(own.map(({ metric }) => metric)).toEqual(
      theirs.map(({ metric }) => metric).filter(metric => metric !== 'lr'),
    )
    const start = initialWeights(buildNetwork('softmax'), base.seed)
    for (const [name, before] of start) {
      const [a, b] = trained.map(weights => weights.get(name)!)
      // A product and a difference, each rounded once at most, in both.
      const far = before.findIndex(
        (w, i) => Math.abs(a![i]! - b![i]!) > 2 * u * (Math.abs(a![i]!) + Math.abs(a![i]! - w)),
      )
      expect([name, far]).toEqual([name, -1])
      expect(before.every((w, i) => w === a![i])).toBe(false)
    }
  })

  it('gives a class that asks for it a function that takes the gradient again', async () => {
    const closing = { file, object: 'Closing', hyper: { rate: 0.01 } }
    const plainly = { file, object: 'PlainSgd', hyper: { rate: 0.01 } }
    const own = await figures(
      { hyper: {}, subject: closing, model: 'mlp', remedies: { dropout: 0.5 } },
      { gradientNorms: 1 },
    )
    const theirs = await figures({ hyper: {}, subject: plainly, model: 'mlp', remedies: { dropout: 0.5 } })
    expect(losses(own)).toEqual(losses(theirs))
  })

  it('lets a paced run make one window a call', async () => {
    const trainer = await pytorchTrainer({ python: python!, data, threads: 1 })
    let proceed = (): void => undefined
    const onPace = (next: () => void): void => {
      proceed = next
    }
    const run = trainer.train(base, { window: 1, onPace })
    const first = run.next()
    const early = await Promise.race([first, new Promise(resolve => setTimeout(() => resolve('nothing'), 6000))])
    expect(early).toBe('nothing')
    proceed()
    expect((await first).value).toMatchObject({ metric: 'batch_loss', step: 1 })
    await run.return()
  })
})

describe.skipIf(python === undefined)('in PyTorch', { timeout: patience }, () => {
  const of = (object: string, hyper = {}): Promise<unknown> =>
    figures({ hyper: {}, subject: { file, object, hyper: { rate: 0.01, ...hyper } } })

  it('a class that raises in a step is named with the line where it did', async () => {
    await expect(of('Raises')).rejects.toThrow(
      /PyTorch: step 1 raised ZeroDivisionError: the third moment is empty \(optimizers\.py:\d+, in step\)/,
    )
  })

  it('a process that ends by itself is told with its code and its last words', async () => {
    await expect(of('Dies')).rejects.toThrow(/ended with code 7 in the middle of the run\. .*a last word/s)
  })

  it('what is not an optimizer, or does not exist, is refused before any run', async () => {
    await expect(of('NotOne')).rejects.toThrow(/NotOne is no torch\.optim\.Optimizer.*PlainSgd, Closing/)
    await expect(pytorchTrainer({ python: python!, data, subject: { file: 'none.py' } })).rejects.toThrow(
      /no file .*none\.py/,
    )
  })

  it('keywords that a class does not take are named, with those that it does', async () => {
    await expect(of('PlainSgd', { momentum: 0.9 })).rejects.toThrow(/PlainSgd takes no momentum; it takes rate, betas/)
  })

  it('a run that is given up ends at once, and leaves nothing behind', async () => {
    const giveUp = new AbortController()
    const run = figures({ epochs: 100_000 }, { signal: giveUp.signal, onStep: () => giveUp.abort(new Error('enough')) })
    await expect(run).rejects.toThrow('enough')
    expect(left()).toEqual([])
  })

  it('a Python without torch is told, and what to do', async () => {
    // -S leaves out what was installed.
    const bare = join(directory, 'python')
    writeFileSync(bare, `#!/bin/sh\nexec '${python}' -S "$@"\n`)
    chmodSync(bare, 0o755)
    const trainer = pytorchTrainer({ python: bare, data })
    await expect(trainer).rejects.toThrow(/has no numpy\. Get PyTorch with `npx lockstep setup frameworks`/)
    rmSync(bare)
  })
})

describe('before PyTorch', () => {
  it('a Python that is not there is told, and what to do', async () => {
    const trainer = pytorchTrainer({ python: '/nonexistent/python', data })
    await expect(trainer).rejects.toThrow(/cannot be run: .*ENOENT.* --python, or get one with `npx lockstep setup/)
  })
})
