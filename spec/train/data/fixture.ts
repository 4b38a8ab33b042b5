import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const files = [1, 2, 3, 4, 5].map(k => `data_batch_${k}.bin`).concat('test_batch.bin')
export const record = 3073

/** CIFAR-10 beside the project or where the environment says; undefined where there is none. */
export const realCifar: string | undefined = [
  process.env.CIFAR10_DIR,
  fileURLToPath(new URL('../../../../shared/data/cifar-10-batches-bin', import.meta.url)),
].find(path => path !== undefined && existsSync(path))

/** The bytes of a file in the layout of CIFAR-10: labels 0 to 9 in turn, pixels that tell where they stand. */
export function fileBytes(seed: number): Uint8Array {
  const bytes = new Uint8Array(10_000 * record)
  for (let i = 0; i < 10_000; i++) {
    bytes.fill(i + seed, i * record + 1, i * record + 1025)
    bytes.fill(i + seed + 100, i * record + 1025, i * record + 2049)
    bytes.fill(i + seed + 200, i * record + 2049, (i + 1) * record)
    bytes[i * record] = i % 10
  }
  return bytes
}

/** Writes the six files into a directory. */
export function writeFiles(directory: string): void {
  mkdirSync(directory, { recursive: true })
  for (const [k, file] of files.entries()) writeFileSync(join(directory, file), fileBytes(k))
}
