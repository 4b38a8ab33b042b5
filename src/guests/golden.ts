import * as v from 'valibot'
import { formats } from '../numbers/formats.ts'
import { GuestError, shown } from './error.ts'

const bits = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{8})*$/, 'floats as lower-case hexadecimal bits'))
const perFormat = <T extends v.GenericSchema>(schema: T) => v.object({ float32: schema, float64: schema })
const hyper = v.record(v.string(), v.union([v.number(), v.boolean()]))
const step = v.pipe(v.number(), v.integer(), v.minValue(1))

const gradientsSchema = v.object({
  schema: v.literal('lockstep/gradients/1'),
  parameters: v.array(v.object({ name: v.string(), size: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
  streams: v.record(v.string(), perFormat(v.array(v.array(v.nullable(bits))))),
  start: v.record(v.string(), perFormat(v.array(bits))),
})

const recordSchema = v.object({
  id: v.string(),
  rule: v.string(),
  format: v.picklist(['float32', 'float64']),
  gradients: v.string(),
  start: v.string(),
  steps: step,
  hyper,
  changes: v.optional(v.array(v.object({ step, group: v.literal(0), hyper })), []),
  kept: v.array(step),
  x: v.array(bits),
  state: v.optional(v.record(v.string(), v.record(v.string(), v.array(v.nullable(bits)))), {}),
})

const goldenSchema = v.object({
  schema: v.literal('lockstep/golden/1'),
  rule: v.string(),
  provenance: v.looseObject({ library: v.string(), version: v.string() }),
  records: v.array(recordSchema),
})

/** `golden/gradients.json`: the gradients and starting points that all recordings share. */
export type GoldenGradients = v.InferOutput<typeof gradientsSchema>
/** One recorded run: what was set, and the iterates and state that came of it. */
export type GoldenRecord = v.InferOutput<typeof recordSchema>
/** `golden/<recording>/<family>.json`: every recorded run of one rule, with its provenance. */
export type GoldenFile = v.InferOutput<typeof goldenSchema>

/** Reads the shared gradients; a truncated or foreign text is a GuestError that names the file. */
export function parseGradients(text: string, file: string): GoldenGradients {
  return check(gradientsSchema, json(text, file), file)
}

/** Reads one recording and checks every record against the shared gradients; anything amiss is a GuestError that names the file. */
export function parseGolden(text: string, file: string, gradients: GoldenGradients): GoldenFile {
  const golden = check(goldenSchema, json(text, file), file)
  for (const record of golden.records) {
    const problem = inconsistency(record, gradients)
    if (problem) throw foreign(file, `record ${record.id}: ${problem}`)
  }
  return golden
}

/** How many numbers all parameters have together. */
export const totalSize = (gradients: GoldenGradients) => gradients.parameters.reduce((sum, { size }) => sum + size, 0)

/** The first thing in a record that does not fit together, in words. */
function inconsistency(record: GoldenRecord, gradients: GoldenGradients): string | undefined {
  const { format, kept, x } = record
  const stream = gradients.streams[record.gradients]?.[format]
  const start = gradients.start[record.start]?.[format]
  const digits = formats[format].bytes * 2
  const width = totalSize(gradients) * digits
  const sizes = gradients.parameters.map(({ size }) => size * digits)
  if (!stream) return `gradients ${shown(record.gradients)} are not in gradients.json`
  if (!start) return `start ${shown(record.start)} is not in gradients.json`
  if (stream.length < record.steps) return `${record.steps} steps, but only ${stream.length} gradients`
  if (kept.some((at, k) => at > record.steps || at <= (kept[k - 1] ?? 0)))
    return 'kept steps that do not ascend within the run'
  if (x.length !== kept.length) return `${kept.length} kept steps, but ${x.length} iterates`
  if (x.some(values => values.length !== width))
    return `iterates that are not ${totalSize(gradients)} ${format} numbers`
  for (const variables of Object.values(record.state)) {
    for (const [name, values] of Object.entries(variables)) {
      const fits =
        values.length === sizes.length && values.every((value, k) => value === null || value.length === sizes[k])
      if (!fits) return `state ${name} does not have the sizes of the parameters`
    }
  }
  return undefined
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw foreign(file, `is no JSON (${(cause as Error).message})`, cause)
  }
}

function check<S extends v.GenericSchema>(schema: S, value: unknown, file: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  throw foreign(
    file,
    `at ${v.getDotPath(issue) ?? 'the top'} expected ${issue.expected ?? issue.message}, got ${shown(issue.received)}`,
  )
}

function foreign(file: string, what: string, cause?: unknown): GuestError {
  return new GuestError(
    'garbage',
    `${file}: ${what}. Expected a golden file as Lockstep writes it, complete and unchanged. Restore it (git checkout, or reinstall the package), or rewrite it with \`lockstep golden generate\`.`,
    { cause },
  )
}
