import { type FileHandle, open } from 'node:fs/promises'
import type { RecordedTrace } from '../../subject/recorded-trace.ts'
import { arrayTrace } from './arrays.ts'
import type { Bytes } from './bytes.ts'
import { TraceError } from './error.ts'
import { type ElementType, product, type StoredArray } from './stored.ts'
import { entriesOf } from './zip.ts'

/** A trace in an .npz file of NumPy: an archive of arrays, of which `header` is a text. */
export async function openNpz(path: string): Promise<RecordedTrace> {
  const file = await open(path)
  try {
    const arrays: StoredArray[] = []
    let header: string | undefined
    for (const { name, bytes } of await entriesOf(file, path)) {
      const id = name.replace(/\.npy$/, '')
      const npy = await npyHeader(bytes, id)
      if (id === 'header') header = await textOf(npy, bytes)
      else arrays.push({ name: id, type: typeOf(npy.descr, id), shape: npy.shape, bytes })
    }
    if (header === undefined)
      throw new TraceError(
        path,
        'there is no array `header`.',
        'It holds the header of the trace as JSON: np.savez(path, header=json.dumps(header), ...).',
      )
    return arrayTrace(path, parsed(header, path), arrays, () => close(file))
  } catch (error) {
    await close(file)
    throw error
  }
}

const close = (file: FileHandle): Promise<void> => file.close()

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TraceError(path, `its array \`header\` is not JSON: ${(error as Error).message}.`)
  }
}

interface Npy {
  readonly descr: string
  readonly shape: readonly number[]
}

/** What stands before the numbers of an .npy file: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
async function npyHeader(bytes: Bytes, name: string): Promise<Npy> {
  const start = await bytes.take(8)
  if (start.toString('latin1', 0, 6) !== '\x93NUMPY') throw new TraceError(name, 'it is not an array of NumPy (.npy).')
  const length = start[6] === 1 ? (await bytes.take(2)).readUInt16LE() : (await bytes.take(4)).readUInt32LE()
  const text = (await bytes.take(length)).toString('latin1')
  const [, descr] = /'descr':\s*'([^']*)'/.exec(text) ?? []
  const [, shape] = /'shape':\s*\(([\d, ]*)\)/.exec(text) ?? []
  if (descr === undefined || shape === undefined)
    throw new TraceError(
      name,
      `arrays such as ${text.trim().slice(0, 60)} cannot be read.`,
      'Write plain arrays of numbers.',
    )
  const sizes = shape
    .split(',')
    .map(Number)
    .filter((_, k, all) => k < all.length - 1 || shape.trim().at(-1) !== ',')
  const dimensions = shape.trim() === '' ? [] : sizes
  if (/'fortran_order':\s*True/.test(text) && dimensions.length > 1)
    throw new TraceError(name, 'its elements are in the order of Fortran.', 'Write np.ascontiguousarray(array).')
  return { descr, shape: dimensions }
}

const npyTypes: Readonly<Record<string, ElementType>> = {
  '<f4': 'F32',
  '<f8': 'F64',
  '<i4': 'I32',
  '<i8': 'I64',
  '|u1': 'U8',
  '|b1': 'BOOL',
}

function typeOf(descr: string, name: string): ElementType {
  const type = Object.hasOwn(npyTypes, descr) ? npyTypes[descr] : undefined
  if (!type)
    throw new TraceError(
      name,
      `elements of type ${descr} cannot be read.`,
      'Write float32, float64, int32, int64 or bool, little-endian.',
    )
  return type
}

/** A text of NumPy: UTF-32 (`<U`), bytes (`|S`), or numbers from 0 to 255. */
async function textOf({ descr, shape }: Npy, bytes: Bytes): Promise<string> {
  const [, kind, size = ''] = /^[<|](U|S|u)(\d+)$/.exec(descr) ?? []
  if (kind === undefined)
    throw new TraceError('header', `a text is expected, not ${descr}.`, 'Write header=json.dumps(header).')
  const buffer = await bytes.take(Number(size) * (kind === 'U' ? 4 : 1) * product(shape))
  if (kind !== 'U') return buffer.toString('utf8').replace(/\0+$/, '')
  let text = ''
  for (let at = 0; at < buffer.length; at += 4) text += String.fromCodePoint(buffer.readUInt32LE(at))
  return text.replace(/\0+$/, '')
}
