import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readCifar } from '../../../src/train/data/cifar.ts'
import { downloadCifar } from '../../../src/train/data/download.ts'
import { fileBytes, files } from './fixture.ts'

/** A tar archive by the table of IEEE 1003.1, made without the code under test. */
function tar(entries: readonly { name: string; bytes: Uint8Array; type?: string }[]): Buffer {
  const blocks = entries.flatMap(({ name, bytes, type = '0' }) => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000644\0', 100)
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write(type, 156)
    header.write('ustar\u000000', 257)
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

const official = tar([
  { name: 'cifar-10-batches-bin/', bytes: Buffer.alloc(0), type: '5' },
  { name: 'cifar-10-batches-bin/readme.html', bytes: Buffer.from('<html>') },
  ...files.map((file, k) => ({ name: `cifar-10-batches-bin/${file}`, bytes: fileBytes(k) })),
])
const served: Record<string, Buffer> = {
  '/good.tar.gz': gzipSync(official, { level: 1 }),
  '/short.tar.gz': gzipSync(official.subarray(0, 40_000_000), { level: 1 }),
  '/other.tar.gz': gzipSync(tar([{ name: 'readme.html', bytes: Buffer.from('<html>') }])),
  '/page.tar.gz': Buffer.from('<html>not found</html>'),
}
const md5 = (path: string): string => createHash('md5').update(served[path]!).digest('hex')

let server: Server
let base = ''
let asked = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1
    const body = served[request.url!]
    if (body) response.setHeader('content-length', body.length).end(body)
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

const cache = mkdtempSync(join(tmpdir(), 'lockstep-download-'))
afterEach(() => rmSync(cache, { recursive: true, force: true }))

describe('the archive', () => {
  it('is downloaded, unpacked and checked once, and read without a notice from then on', async () => {
    const progress: (readonly [number, number | undefined])[] = []
    const url = `${base}/good.tar.gz`
    const options = {
      url,
      md5: md5('/good.tar.gz'),
      onProgress: (done: number, total?: number) => progress.push([done, total] as const),
    }
    const directory = await downloadCifar(cache, options)
    const size = served['/good.tar.gz']!.length
    expect(progress.at(-1)).toEqual([size, size])
    const data = await readCifar(directory)
    expect(data.notice).toBeUndefined()
    expect(Buffer.from(data.test.records).equals(fileBytes(5))).toBe(true)
    const before = asked
    expect(await downloadCifar(cache, options)).toBe(directory)
    expect(asked).toBe(before)
    expect(readdirSync(cache)).toEqual(['cifar-10-batches-bin'])
  })

  it.each<[string, string, string | undefined, string]>([
    ['another checksum', '/good.tar.gz', undefined, 'expected c32a1d4ab5d03f1284b67883e8d87530'],
    ['an archive that ends early', '/short.tar.gz', md5('/short.tar.gz'), 'the archive ends early'],
    ['another archive', '/other.tar.gz', md5('/other.tar.gz'), 'has no data_batch_1.bin'],
    ['a page instead of an archive', '/page.tar.gz', md5('/page.tar.gz'), 'cannot be unpacked'],
    ['nothing there', '/nothing', undefined, 'the server answered 404'],
  ])('%s: refused, and nothing is left behind', async (_, path, expected, message) => {
    const options = { url: `${base}${path}`, ...(expected !== undefined && { md5: expected }) }
    await expect(downloadCifar(cache, options)).rejects.toThrow(message)
    expect(readdirSync(cache)).toEqual([])
  })

  it('no server: what failed is said', async () => {
    await expect(downloadCifar(cache, { url: 'http://127.0.0.1:9/x' })).rejects.toThrow('cannot be downloaded')
  })

  it('stops when it is told to, and leaves nothing behind', async () => {
    const controller = new AbortController()
    const onProgress = () => controller.abort(new Error('enough'))
    const stopped = downloadCifar(cache, { url: `${base}/good.tar.gz`, signal: controller.signal, onProgress })
    await expect(stopped).rejects.toThrow('enough')
    expect(readdirSync(cache)).toEqual([])
  })
})
