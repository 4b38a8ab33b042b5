import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Subject } from '../subject/subject.ts'
import { GuestError, shown } from './error.ts'
import { type GoldenFile, type GoldenGradients, parseGolden, parseGradients } from './golden.ts'
import { packagePath } from './package-path.ts'
import { recorded } from './recorded.ts'

const manifestSchema = v.object({ schema: v.string(), files: v.record(v.string(), v.string()) })
const restore = 'Restore it (git checkout, or reinstall the package), or rewrite it with `lockstep golden generate`.'

/** The golden directory on disk: each file is read when it is first asked for, and its bytes are held against the manifest. */
export class GoldenFiles {
  readonly directory: string
  readonly #families = new Map<string, GoldenFile>()
  #manifest: Record<string, string> | undefined
  #gradients: GoldenGradients | undefined

  /** The given directory, else the one that ships with the package. */
  constructor(directory?: string) {
    const manifest = packagePath(import.meta.url, '../golden/manifest.json', '../../golden/manifest.json')
    if (!directory && !manifest) {
      throw new GuestError(
        'missing',
        'There is no golden/ directory beside this package. Reinstall it, or name a directory.',
      )
    }
    this.directory = directory ?? dirname(manifest!)
  }

  /** Every file that the manifest lists, by its path inside the directory, with the sha256 of its bytes. */
  get manifest(): Record<string, string> {
    this.#manifest ??= this.#readManifest()
    return this.#manifest
  }

  get gradients(): GoldenGradients {
    this.#gradients ??= parseGradients(this.#verified('gradients.json'), join(this.directory, 'gradients.json'))
    return this.#gradients
  }

  /** The families that a recording holds, e.g. `adam`, `sgd`. */
  familiesOf(recording: string): string[] {
    const prefix = `${recording}/`
    const inside = Object.keys(this.manifest).filter(path => path.startsWith(prefix) && path.endsWith('.json'))
    return inside.map(path => path.slice(prefix.length, -'.json'.length))
  }

  /** One family of a recording; undefined where the recording has none. */
  family(recording: string, family: string): GoldenFile | undefined {
    const path = `${recording}/${family}.json`
    if (!Object.hasOwn(this.manifest, path)) return undefined
    const known = this.#families.get(path)
    if (known) return known
    const file = parseGolden(this.#verified(path), join(this.directory, path), this.gradients)
    this.#families.set(path, file)
    return file
  }

  /** The text of a file whose bytes have the hash that the manifest gives. */
  #verified(path: string): string {
    const expected = this.manifest[path]
    const bytes = this.#read(path)
    const got = createHash('sha256').update(bytes).digest('hex')
    if (got !== expected) {
      throw new GuestError(
        'garbage',
        `${join(this.directory, path)}: expected bytes with the sha256 ${expected ?? '(none: the manifest does not list it)'}, got ${got}: the file was changed or cut off. ${restore}`,
      )
    }
    return bytes.toString('utf8')
  }

  #read(path: string): Buffer {
    const file = join(this.directory, path)
    try {
      return readFileSync(file)
    } catch (cause) {
      throw new GuestError('missing', `${file}: cannot be read (${(cause as Error).message}). ${restore}`, { cause })
    }
  }

  #readManifest(): Record<string, string> {
    const file = join(this.directory, 'manifest.json')
    const text = this.#read('manifest.json').toString('utf8')
    try {
      return v.parse(manifestSchema, JSON.parse(text)).files
    } catch (cause) {
      throw new GuestError(
        'garbage',
        `${file}: expected { schema, files: { path: sha256 } }, got ${shown(text, 40)}. ${restore}`,
        { cause },
      )
    }
  }
}

interface RecordedOptions {
  name?: string
  arithmetic: Arithmetic
  bitExact?: boolean
  /** Other recordings of the same library and scenarios. */
  siblings?: () => Subject[]
}

/** A recording of the golden directory as a subject; only the families that are asked for are read. */
export function goldenSubject(
  files: GoldenFiles,
  recording: string,
  { name = recording, arithmetic, bitExact = false, siblings }: RecordedOptions,
): Subject {
  const subjectOf = (rule: string) => {
    const family = files.family(recording, rule.split('/')[0]!)
    return recorded(name, { gradients: files.gradients, families: family ? [family] : [] }, arithmetic, bitExact)
  }
  return {
    name,
    /** Reads one family, the first of the recording. */
    get version() {
      const [first] = files.familiesOf(recording)
      return (first && subjectOf(first).version) || 'not recorded'
    },
    formats: ['float32', 'float64'],
    arithmetic,
    bitExact,
    offers: rule => subjectOf(rule).offers!(rule),
    scenarios: rule => subjectOf(rule).scenarios!(rule),
    open: (setup, saved) => subjectOf(setup.rule).open(setup, saved),
    ...(siblings && { siblings }),
  }
}
