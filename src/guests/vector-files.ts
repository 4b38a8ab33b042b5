import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import type { VectorFile } from '../subject/vectors.ts'
import { GuestError } from './error.ts'
import { packagePath } from './package-path.ts'

const interval = v.nullable(v.strictTuple([v.number(), v.number()]))
const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const numbers = v.array(v.number())
const values = v.record(v.string(), v.union([v.number(), v.boolean()]))
const parameter = v.strictObject({
  x0: numbers,
  gradients: v.exactOptional(v.array(v.nullable(numbers))),
  curvature: v.exactOptional(numbers),
  float32: v.array(v.array(interval)),
  float64: v.array(v.array(interval)),
})
const vector = v.strictObject({
  name: v.string(),
  needs: v.array(v.picklist(['absent', 'changes', 'point'])),
  hyper: values,
  defaults: v.array(v.string()),
  steps: count,
  changes: v.exactOptional(v.array(v.strictObject({ step: count, hyper: values }))),
  parameters: v.array(parameter),
  kills: v.array(v.strictObject({ says: v.string(), now: v.string() })),
})
/** The file format of golden/vectors/, as docs/vectors.md describes it. */
export const vectorSchema = v.strictObject({
  schema: v.literal('lockstep/vectors/1'),
  rule: v.string(),
  source: v.string(),
  formula: v.array(v.string()),
  vectors: v.array(vector),
})
const manifestSchema = v.object({ files: v.record(v.string(), v.string()) })

/** What to do about a file that is not what it was. */
export const restoreVectors =
  'Restore it (git checkout, or reinstall the package), or write it anew with `npm run vectors`.'

/** The directory that $LOCKSTEP_GOLDEN names, else the one that ships with the package. */
function home(): string {
  const golden = process.env.LOCKSTEP_GOLDEN
  if (golden) return join(golden, 'vectors')
  const manifest = packagePath(import.meta.url, '../golden/vectors/manifest.json', '../../golden/vectors/manifest.json')
  if (!manifest)
    throw new GuestError('missing', 'There is no golden/vectors/ directory beside this package. Reinstall it.')
  return dirname(manifest)
}

/** Every file of a directory of vectors by its name, with the sha256 of its bytes. */
export function vectorManifest(directory: string): Readonly<Record<string, string>> {
  const path = join(directory, 'manifest.json')
  try {
    return v.parse(manifestSchema, JSON.parse(bytesOf(path).toString('utf8'))).files
  } catch (cause) {
    if (cause instanceof GuestError) throw cause
    throw new GuestError('garbage', `${path}: is no manifest (${(cause as Error).message}). ${restoreVectors}`, {
      cause,
    })
  }
}

const read = new Map<string, VectorFile | undefined>()

/** The conformance vectors of a built-in rule; undefined where there are none. Their bytes are held against the manifest. */
export function vectorsFor(rule: string, directory = home()): VectorFile | undefined {
  const key = join(directory, rule)
  if (!read.has(key)) read.set(key, load(rule, directory))
  return read.get(key)
}

function load(rule: string, directory: string): VectorFile | undefined {
  const name = `${rule.replace('/', '-')}.json`
  const expected = vectorManifest(directory)[name]
  if (expected === undefined) return undefined
  const path = join(directory, name)
  const bytes = bytesOf(path)
  const got = createHash('sha256').update(bytes).digest('hex')
  if (got !== expected)
    throw new GuestError(
      'garbage',
      `${path}: expected bytes with the sha256 ${expected}, got ${got}. ${restoreVectors}`,
    )
  return v.parse(vectorSchema, JSON.parse(bytes.toString('utf8')))
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new GuestError('missing', `${path}: cannot be read (${(cause as Error).message}). ${restoreVectors}`, {
      cause,
    })
  }
}
