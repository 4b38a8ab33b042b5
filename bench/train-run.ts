import { readCifar } from '../src/train/data/cifar.ts'
import type { DataSet } from '../src/train/data/images.ts'
import { syntheticImages } from '../src/train/data/synthetic.ts'
import type { Measurement, RunSpec } from '../src/train/loop/run.ts'

/** What is timed: Adam on the four-convolution net. */
export const runOf = (batchNorm: boolean): RunSpec => ({
  model: 'conv4',
  remedies: { batchNorm },
  rule: 'adam/pytorch',
  batch: 128,
  epochs: 1000,
  seed: 1,
  evaluate: 'test',
})

/** CIFAR-10 where there is a directory of it; else synthetic images, whose batches take as long. */
export const imagesFrom = async (directory: string | undefined): Promise<DataSet> =>
  directory === undefined ? syntheticImages(1, { train: 20_000, test: 100 }) : readCifar(directory)

/** Goes on to the end of the next window, where the loss is read. */
export async function toNextLoss(run: AsyncGenerator<Measurement, void>): Promise<void> {
  for (;;) {
    const { value, done } = await run.next()
    if (done || value.metric === 'diverged') throw new Error('The run ended before its rounds did.')
    if (value.metric === 'batch_loss') return
  }
}
