import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { archive, digestFile, filesOf } from './cifar-layout.ts'
import { DataError } from './images.ts'
import { readTar } from './tar.ts'

/** Where the archive comes from, and what is told on the way. */
export interface DownloadOptions {
  /** Another place to fetch from, for example a mirror; default: the page of its author. */
  readonly url?: string
  /** What the MD5 of the archive has to be; default: the one on that page. */
  readonly md5?: string
  readonly signal?: AbortSignal
  /** Bytes that have arrived, and how many there are where the server says so. */
  readonly onProgress?: (done: number, total: number | undefined) => void
}

/**
 * The directory with CIFAR-10 in a cache directory; downloaded, checked and unpacked where it is not there yet. It appears
 * whole or not at all. Throws a DataError where the archive cannot be had or is not the official one.
 */
export async function downloadCifar(cache: string, options: DownloadOptions = {}): Promise<string> {
  const directory = join(cache, archive.folder)
  const there = await Promise.all(filesOf.map(file => stat(join(directory, file)).catch(() => undefined)))
  if (there.every(Boolean)) return directory
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(join(cache, 'unfinished-'))
  try {
    const path = join(work, 'archive.tar.gz')
    await fetchArchive(path, options)
    const unpacked = join(work, archive.folder)
    await unpack(path, unpacked)
    // What is left of an earlier, incomplete directory would be in the way.
    await rm(directory, { recursive: true, force: true })
    await rename(unpacked, directory)
    return directory
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const byHand = (url: string): string =>
  `Try again, or download ${url} by other means, unpack it, and give its directory ${archive.folder} with --data.`

async function fetchArchive(path: string, options: DownloadOptions): Promise<void> {
  const { url = archive.url, md5 = archive.md5, signal, onProgress } = options
  const hash = createHash('md5')
  try {
    const response = await fetch(url, signal ? { signal } : {})
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status} ${response.statusText}`)
    const total = Number(response.headers.get('content-length')) || undefined
    let done = 0
    const counting = new Transform({
      transform(chunk: Buffer, _, pass) {
        hash.update(chunk)
        done += chunk.length
        onProgress?.(done, total)
        pass(null, chunk)
      },
    })
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
    await pipeline(body, counting, createWriteStream(path))
  } catch (cause) {
    signal?.throwIfAborted()
    throw new DataError(`${url} cannot be downloaded: ${reasonOf(cause)}.`, byHand(url), { cause })
  }
  const got = hash.digest('hex')
  if (got !== md5) throw new DataError(`${url} has the MD5 ${got}, expected ${md5}.`, byHand(url))
}

/** fetch says only 'fetch failed'; what failed is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

/** Unpacks the six files by their own names, whatever folders the archive has, and writes their digests beside them. */
async function unpack(path: string, directory: string): Promise<void> {
  await mkdir(directory)
  const digests = new Map<string, string>()
  const keep = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const { name, bytes } of readTar(source)) {
      const file = basename(name)
      if (!filesOf.includes(file)) continue
      await writeFile(join(directory, file), bytes)
      digests.set(file, createHash('sha256').update(bytes).digest('hex'))
    }
  }
  try {
    await pipeline(createReadStream(path), createGunzip(), keep)
  } catch (cause) {
    throw new DataError(`The archive cannot be unpacked: ${reasonOf(cause)}.`, byHand(archive.url), { cause })
  }
  const missing = filesOf.filter(file => !digests.has(file))
  if (missing.length > 0)
    throw new DataError(`The archive has no ${missing.join(', ')}.`, 'It is not the binary version of CIFAR-10.')
  await writeFile(join(directory, digestFile), filesOf.map(file => `${digests.get(file)}  ${file}\n`).join(''))
}
