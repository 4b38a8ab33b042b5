import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCifar } from '../../../src/train/data/cifar.ts'
import { DataError } from '../../../src/train/data/images.ts'
import { fileBytes, files, realCifar, record, writeFiles } from './fixture.ts'

const root = mkdtempSync(join(tmpdir(), 'lockstep-cifar-'))
const whole = join(root, 'whole', 'cifar-10-batches-bin')
beforeAll(() => writeFiles(whole))
afterAll(() => rmSync(root, { recursive: true }))

async function refusal(directory: string): Promise<string> {
  const error = await readCifar(directory).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DataError)
  return (error as DataError).message
}

describe('six files in the layout of CIFAR-10', () => {
  it('are read in their order, byte by byte', async () => {
    const { train, test, classes, name } = await readCifar(whole)
    expect([name, train.count, test.count, classes.length]).toEqual(['CIFAR-10', 50_000, 10_000, 10])
    expect(Buffer.from(train.records.buffer, 2 * 10_000 * record, 10_000 * record).equals(fileBytes(2))).toBe(true)
    expect(Buffer.from(test.records).equals(fileBytes(5))).toBe(true)
    expect([...train.labels.subarray(29_998, 30_002)]).toEqual([8, 9, 0, 1])
  })

  it('have a fingerprint that one pixel changes, and a notice where nobody has checked them', async () => {
    const before = await readCifar(whole)
    const path = join(whole, files[3]!)
    const file = openSync(path, 'r+')
    writeSync(file, Uint8Array.of(77), 0, 1, 5000)
    const after = await readCifar(whole)
    writeFileSync(path, fileBytes(3))
    expect(before.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(after.fingerprint).not.toBe(before.fingerprint)
    expect(before.notice).toContain('unofficial copy')
  })
})

describe.skipIf(realCifar === undefined)('the copy beside the project', () => {
  it('is read in under two seconds with little more memory than the images', async () => {
    const before = process.memoryUsage().arrayBuffers
    const started = performance.now()
    const { train, test } = await readCifar(realCifar!)
    // Measured: 0.26 s on two cores; the limit leaves room for a busy machine.
    expect(performance.now() - started).toBeLessThan(2000)
    const images = train.records.length + test.records.length
    expect(images).toBe(60_000 * record)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1.05 * images)
  })

  it('says that it is unofficial, because some of its images are', async () => {
    expect((await readCifar(realCifar!)).notice).toContain('unofficial copy')
  })
})

describe('a directory that is not CIFAR-10 is refused with what it is and what to do', () => {
  const folder = (name: string, contents: readonly string[]): string => {
    const path = join(root, name)
    mkdirSync(path)
    for (const file of contents) writeFileSync(join(path, file), '')
    return path
  }

  it.each<[string, readonly string[], string, string]>([
    ['python', ['data_batch_1', 'test_batch', 'batches.meta'], 'the Python version', 'cifar-10-binary.tar.gz'],
    ['matlab', ['data_batch_1.mat'], 'the Matlab version', 'cifar-10-binary.tar.gz'],
    ['hundred', ['train.bin', 'test.bin', 'fine_label_names.txt'], 'CIFAR-100', 'Lockstep trains on CIFAR-10'],
    ['packed', ['cifar-10-binary.tar.gz'], 'not unpacked', 'tar -xzf'],
    ['pictures', ['cat.png'], 'single images', 'cifar-10-batches-bin'],
    ['empty', [], 'data_batch_1.bin, data_batch_2.bin', 'cifar-10-batches-bin'],
    ['some', files.slice(1), 'has no data_batch_1.bin;', 'cifar-10-batches-bin'],
  ])('%s', async (name, contents, what, hint) => {
    const message = await refusal(folder(name, contents))
    expect(message).toContain(join(root, name))
    expect(message).toContain(what)
    expect(message).toContain(hint)
  })

  it('one level above', async () => {
    expect(await refusal(join(root, 'whole'))).toContain(`Give ${whole}.`)
  })

  it('none at all, and a file', async () => {
    expect(await refusal(join(root, 'nowhere'))).toContain('There is no directory')
    expect(await refusal(join(whole, files[0]!))).toContain('is a file, expected the directory')
  })
})

describe('a file that is damaged is named', () => {
  const damaged = async (k: number, damage: (path: string) => void): Promise<string> => {
    const path = join(whole, files[k]!)
    damage(path)
    const message = await refusal(whole)
    writeFileSync(path, fileBytes(k))
    return message
  }

  it('truncated', async () => {
    const message = await damaged(4, path => truncateSync(path, 30_000_001))
    expect(message).toContain(`${join(whole, files[4]!)} has 30,000,001 bytes, expected 30,730,000: it is truncated`)
  })

  it('too long', async () => {
    const message = await damaged(0, path => truncateSync(path, 30_740_000))
    expect(message).toContain('30,740,000 bytes')
  })

  it('a label that is none', async () => {
    const message = await damaged(5, path => {
      const bytes = readFileSync(path)
      bytes[1234 * record] = 10
      writeFileSync(path, bytes)
    })
    expect(message).toContain(`${files[5]}: record 1234 has the label 10, expected 0 to 9`)
  })

  it('nothing but zeros', async () => {
    const message = await damaged(2, path => writeFileSync(path, new Uint8Array(10_000 * record)))
    expect(message).toContain('14000 images of class 0 (airplane), expected 5000')
  })
})
