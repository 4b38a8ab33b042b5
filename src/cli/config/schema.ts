import * as v from 'valibot'
import { reporterNames } from '../reporter-choice.ts'
import { versionRange } from './versions.ts'

const about = <S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))

const text = v.pipe(v.string(), v.nonEmpty())
const hyper = v.record(v.string(), v.union([v.pipe(v.number(), v.finite()), v.boolean()]))
const formats = v.pipe(v.array(v.picklist(['float32', 'float64'])), v.minLength(1))
const rules = about(
  v.pipe(v.array(text), v.minLength(1)),
  'Families (adam), dialects (adam/pytorch) or rule files (./mine.rule.yaml).',
)

/** One subject with what is asked of it alone. */
export const subjectEntry = v.strictObject({
  subject: v.optional(
    about(
      text,
      'A subject that Lockstep has (pytorch:live), a module (./my-adam.ts) or a Python object (my_opt.py:MyAdam).',
    ),
  ),
  command: v.optional(about(text, 'A program that speaks the line protocol, as a command line; instead of `subject`.')),
  name: v.optional(about(text, 'Its name in reports, on the command line and in `deviations`.')),
  python: v.optional(about(text, 'The Python to run it with.')),
  map: v.optional(
    about(
      v.strictObject({
        hyper: v.optional(about(v.record(v.string(), text), "By the rule's name of a hyper-parameter, its own.")),
        state: v.optional(about(v.record(v.string(), text), "By the rule's name of a state variable, its own.")),
      }),
      "How the rule's names of hyper-parameters and state read in the subject, where they cannot be told.",
    ),
  ),
  rules: v.optional(rules),
  hyper: v.optional(about(hyper, 'Hyper-parameters held at these values, beside those that are held for all.')),
  formats: v.optional(about(formats, 'Formats to check it in; default: all that it has.')),
})

/** When a deviation applies; every condition that is given must hold. */
export const conditions = v.strictObject({
  versions: v.optional(
    about(
      v.record(
        v.string(),
        v.pipe(
          text,
          v.check(range => versionRange(range) !== undefined, 'a range such as >=3.15 <4'),
        ),
      ),
      'Ranges of versions by the names that reports show, such as { keras: ">=3.15 <4" }.',
    ),
  ),
  platforms: v.optional(
    about(
      v.pipe(v.array(text), v.minLength(1)),
      'One of these: linux, darwin, win32, or with the processor: linux-x64.',
    ),
  ),
  devices: v.optional(
    about(v.pipe(v.array(v.picklist(['cpu', 'gpu'])), v.minLength(1)), 'Devices that the subject computes on.'),
  ),
})

/** A finding that is on record. */
export const deviationEntry = v.strictObject({
  subject: about(text, 'The name that reports show, or the path of its module.'),
  rule: about(text, 'The dialect, such as adam/pytorch, or the rule file.'),
  checks: about(v.pipe(v.array(text), v.minLength(1)), 'Names or groups of the checks that fail because of it.'),
  where: v.optional(about(hyper, 'Values of hyper-parameters at which alone it shows.')),
  formats: v.optional(about(formats, 'Formats in which alone it shows.')),
  scenario: v.optional(
    about(
      v.union([text, v.looseObject({})]),
      'The smallest input that shows it: a file beside this one, or the scenario itself.',
    ),
  ),
  reason: about(text, 'What it is, and why it stays.'),
  link: v.optional(about(text, 'Where it was reported or is explained.')),
  when: v.optional(about(conditions, 'When it applies; elsewhere it is left out, with a note.')),
})

/** The fields of lockstep.yaml. */
export const configSchema = v.strictObject({
  subjects: v.optional(
    about(
      v.pipe(v.array(v.union([text, subjectEntry])), v.minLength(1)),
      'What is verified: names, paths, or objects; default: everything that is here.',
    ),
  ),
  rules: v.optional(rules),
  checks: v.optional(about(v.pipe(v.array(text), v.minLength(1)), 'Only checks of these names or groups.')),
  hyper: v.optional(about(hyper, 'Hyper-parameters held at these values.')),
  depth: v.optional(about(v.picklist(['quick', 'full']), 'quick takes seconds, full runs more and longer scenarios.')),
  seed: v.optional(
    about(
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fffffff)),
      'The seed of the scenarios; the default never changes.',
    ),
  ),
  strict: v.optional(about(v.boolean(), 'Whether extremes on which frameworks legitimately differ are checked too.')),
  python: v.optional(about(text, 'The Python to run subjects with.')),
  reporters: v.optional(
    about(v.pipe(v.array(text), v.minLength(1)), `How the report is written, as name or name=file: ${reporterNames}.`),
  ),
  deviations: v.optional(about(v.array(deviationEntry), 'Findings on record: still run, shown, and no failure.')),
})

/** The objects of the file, by the path that leads to them, for hints that list what may stand there. */
export const objects: readonly (readonly [RegExp, { readonly entries: object }])[] = [
  [/^$/, configSchema],
  [/^subjects\.\d+$/, subjectEntry],
  [/^deviations\.\d+$/, deviationEntry],
  [/^deviations\.\d+\.when$/, conditions],
]

export type ConfigFile = v.InferOutput<typeof configSchema>
export type SubjectFields = v.InferOutput<typeof subjectEntry>
export type DeviationFields = v.InferOutput<typeof deviationEntry>
export type Conditions = v.InferOutput<typeof conditions>
