import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { userPlace } from '../../machine/caches.ts'
import { archive } from '../../train/data/cifar-layout.ts'
import type { DataSet } from '../../train/data/images.ts'
import { tell } from '../output.ts'
import { Progress } from '../progress.ts'
import type { BenchOptions } from './questions.ts'

/** Images of the synthetic set: enough to tell rules apart, made in a second. */
const synthetic = { seed: 1, train: 10_000, test: 2000 } as const

/** The images that are trained on: those of a directory, those that were downloaded, or synthetic ones, which are called so. */
export async function dataFor({ data, download }: BenchOptions, signal: AbortSignal): Promise<DataSet> {
  const { readCifar } = await import('../../train/data/cifar.ts')
  if (data !== undefined) return readCifar(data)
  const cache = userPlace('cifar10')
  if (download) return readCifar(await downloaded(cache, signal))
  if (existsSync(join(cache, archive.folder))) return readCifar(join(cache, archive.folder))
  const { syntheticImages } = await import('../../train/data/synthetic.ts')
  tell('There is no CIFAR-10 here: synthetic images stand in. Give --data DIRECTORY, or --download (170 MB).')
  return syntheticImages(synthetic.seed, synthetic)
}

async function downloaded(cache: string, signal: AbortSignal): Promise<string> {
  const { downloadCifar } = await import('../../train/data/download.ts')
  const progress = new Progress()
  const onProgress = (done: number, total?: number): void =>
    progress.update(Math.round(done / 1e6), Math.round((total ?? done) / 1e6), 'MB of CIFAR-10')
  try {
    return await downloadCifar(cache, { signal, onProgress })
  } finally {
    progress.stop()
  }
}
