import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import type { VectorFile } from '../subject/vectors.ts'
import { GuestError } from './error.ts'
import { packagePath } from './package-path.ts'

const interval = v.nullable(v.tuple([v.number(), v.number()]))
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
  steps: v.number(),
  changes: v.exactOptional(v.array(v.strictObject({ step: v.number(), hyper: values }))),
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

const restore = 'Restore it (git checkout, or reinstall the package), or write it anew with `npm run vectors`.'
/** The directory that $LOCKSTEP_GOLDEN names, else the one that ships with the package. */
function home(): string {
  const golden = process.env.LOCKSTEP_GOLDEN
  if (golden) return join(golden, 'vectors')
  const manifest = packagePath(import.meta.url, '../golden/vectors/manifest.json', '../../golden/vectors/manifest.json')
  if (!manifest)
    throw new GuestError('missing', 'There is no golden/vectors/ directory beside this package. Reinstall it.')
  return dirname(manifest)
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
  const manifest = v.parse(manifestSchema, JSON.parse(bytesOf(join(directory, 'manifest.json')).toString('utf8')))
  const expected = manifest.files[name]
  if (expected === undefined) return undefined
  const path = join(directory, name)
  const bytes = bytesOf(path)
  const got = createHash('sha256').update(bytes).digest('hex')
  if (got !== expected)
    throw new GuestError('garbage', `${path}: expected bytes with the sha256 ${expected}, got ${got}. ${restore}`)
  return v.parse(vectorSchema, JSON.parse(bytes.toString('utf8')))
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new GuestError('missing', `${path}: cannot be read (${(cause as Error).message}). ${restore}`, { cause })
  }
}
