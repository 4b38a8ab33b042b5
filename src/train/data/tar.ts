const block = 512

/** A file of an archive: its whole name, and its bytes. */
export interface TarFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The header of a POSIX ustar archive (IEEE 1003.1), which the older formats share as far as it is read here. */
function headerOf(bytes: Uint8Array): { name: string; size: number; isFile: boolean } {
  const text = (from: number, length: number): string =>
    new TextDecoder('latin1').decode(bytes.subarray(from, from + length)).replace(/\0.*$/s, '')
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : ''
  const size = Number.parseInt(text(124, 12).trim() || '0', 8)
  if (!Number.isSafeInteger(size)) throw new RangeError('the archive is not a tar archive')
  const type = text(156, 1)
  return { name: prefix ? `${prefix}/${text(0, 100)}` : text(0, 100), size, isFile: type === '' || type === '0' }
}

/** The plain files of an unpacked tar archive, one after the other; the archive is a stream of buffers of any length. */
export async function* readTar(archive: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const source = archive[Symbol.asyncIterator]()
  let rest = new Uint8Array()
  const take = async (length: number): Promise<Uint8Array> => {
    const whole = new Uint8Array(length)
    for (let done = 0; done < length; ) {
      if (rest.length === 0) {
        const next = await source.next()
        if (next.done) throw new RangeError('the archive ends early')
        rest = new Uint8Array(next.value)
      }
      const part = rest.subarray(0, length - done)
      whole.set(part, done)
      done += part.length
      rest = rest.subarray(part.length)
    }
    return whole
  }
  for (;;) {
    const header = await take(block)
    if (header.every(byte => byte === 0)) return
    const { name, size, isFile } = headerOf(header)
    const bytes = (await take(Math.ceil(size / block) * block)).subarray(0, size)
    if (isFile) yield { name, bytes }
  }
}
