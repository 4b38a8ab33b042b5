import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { classNames, digestFile, filesOf, imagesInFile, testFile, trainFiles } from './cifar-layout.ts'
import { checkDirectory } from './directory.ts'
import { DataError, type DataSet, type Images, labelsOf, recordBytes } from './images.ts'

const fileBytes = imagesInFile * recordBytes

/**
 * Reads CIFAR-10 (Krizhevsky 2009) from a directory with the six files of its binary version, straight into one buffer for
 * training and one for testing. Throws a DataError that names the file, what is wrong with it and what to do.
 */
export async function readCifar(directory: string): Promise<DataSet> {
  await checkDirectory(directory)
  const train = new Uint8Array(trainFiles.length * fileBytes)
  const test = new Uint8Array(fileBytes)
  const parts = [...trainFiles.map((_, k) => train.subarray(k * fileBytes, (k + 1) * fileBytes)), test]
  await Promise.all(filesOf.map((file, k) => readWhole(join(directory, file), parts[k]!)))
  for (const [k, file] of filesOf.entries()) checkLabels(join(directory, file), parts[k]!)
  const images = { train: imagesOf(train), test: imagesOf(test) }
  checkClasses(directory, images.train, trainFiles.length * 1000)
  checkClasses(join(directory, testFile), images.test, 1000)
  const digests = parts.map(part => createHash('sha256').update(part).digest('hex'))
  const notice = await noticeOf(directory, digests)
  const fingerprint = createHash('sha256').update(digests.join('\n')).digest('hex')
  return { name: 'CIFAR-10', ...images, classes: classNames, fingerprint, ...(notice !== undefined && { notice }) }
}

const imagesOf = (records: Uint8Array): Images => ({
  records,
  labels: labelsOf(records),
  count: records.length / recordBytes,
})

async function readWhole(path: string, into: Uint8Array): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const { size } = await file.stat()
    if (size !== into.length) throw wrongSize(path, size)
    for (let done = 0; done < into.length; ) {
      const { bytesRead } = await file.read(into, done, into.length - done, done)
      if (bytesRead === 0) throw wrongSize(path, done)
      done += bytesRead
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`${path} cannot be read: ${why}.`, 'Check that the file is there and may be read.', { cause })
  } finally {
    await file?.close()
  }
}

function wrongSize(path: string, size: number): DataError {
  const what = size < fileBytes ? 'it is truncated' : 'it is not a file of CIFAR-10'
  return new DataError(
    `${path} has ${size.toLocaleString('en')} bytes, expected ${fileBytes.toLocaleString('en')}: ${what}.`,
    'Unpack cifar-10-binary.tar.gz again, or let Lockstep download it (leave --data out).',
  )
}

function checkLabels(path: string, records: Uint8Array): void {
  for (let at = 0; at < records.length; at += recordBytes) {
    if (records[at]! < classNames.length) continue
    throw new DataError(
      `${path}: record ${at / recordBytes} has the label ${records[at]}, expected 0 to 9: the file is corrupt, or it is not one of CIFAR-10.`,
      'Unpack cifar-10-binary.tar.gz again, or let Lockstep download it (leave --data out).',
    )
  }
}

/** Every class of CIFAR-10 is as large as every other, so that a file of zeros or of another set shows. */
function checkClasses(where: string, { labels }: Images, expected: number): void {
  const counts = new Array<number>(classNames.length).fill(0)
  for (const label of labels) counts[label]! += 1
  const odd = counts.findIndex(count => count !== expected)
  if (odd < 0) return
  throw new DataError(
    `${where}: ${counts[odd]} images of class ${odd} (${classNames[odd]}), expected ${expected}: a file is corrupt, there twice, or not one of CIFAR-10.`,
    'Unpack cifar-10-binary.tar.gz again, or let Lockstep download it (leave --data out).',
  )
}

/** Only the archive has a published checksum; what was unpacked from it under Lockstep's eyes has its digests beside it. */
async function noticeOf(directory: string, digests: readonly string[]): Promise<string | undefined> {
  const path = join(directory, digestFile)
  const known = await readFile(path, 'utf8').catch(() => undefined)
  if (known === undefined) {
    return 'unofficial copy: it was not unpacked from the official archive by Lockstep, so that its files could not be checked'
  }
  const changed = filesOf.find((file, k) => !known.split('\n').includes(`${digests[k]}  ${file}`))
  return changed === undefined
    ? undefined
    : `unofficial copy: ${changed} is not as it was in the official archive (${digestFile} beside it has its SHA-256)`
}
