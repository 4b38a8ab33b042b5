import * as v from 'valibot'

const about = <S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))
const list = <S extends v.GenericSchema>(schema: S) => v.pipe(v.array(schema), v.readonly())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
export const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0x7fffffff))
const verdict = v.picklist(['pass', 'fail', 'skip', 'unknown'])
const format = v.picklist(['float32', 'float64'])
/** JSON has no NaN and no infinities, and its writers lose the sign of zero. */
export const float = v.union([v.number(), v.picklist(['NaN', 'Infinity', '-Infinity', '-0'])])
export const hyper = v.record(v.string(), v.union([v.number(), v.boolean()]))
const bits = v.string()

const param = v.object({
  name: v.string(),
  value: bits,
  shape: v.optional(v.array(count)),
  strides: v.optional(v.array(count)),
  offset: v.optional(count),
})

/** A scenario, as it stands in reports and in files. */
export const scenarioSchema = v.object({
  name: v.string(),
  rule: v.string(),
  format,
  groups: v.pipe(v.array(v.object({ hyper, params: v.array(param) })), v.minLength(1)),
  steps: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  gradients: v.union([
    v.array(v.array(v.nullable(bits))),
    v.object({ problem: v.string(), coefficients: v.optional(v.array(bits)) }),
  ]),
  changes: v.optional(v.array(v.object({ step: v.number(), group: v.number(), hyper }))),
})

const edit = v.object({
  says: about(v.string(), 'What is wrong, in a plain sentence without its full stop.'),
  was: v.string(),
  now: v.string(),
})

const explanation = {
  explanation: about(v.string(), 'What is wrong, in a plain sentence without its full stop.'),
  candidate: about(v.string(), 'The rule that is edited; of a dialect, the rule itself.'),
  edits: list(edit),
}

const finding = v.object({
  step: count,
  parameter: v.string(),
  variable: v.string(),
  index: count,
  got: float,
  low: float,
  high: float,
  expected: float,
  ulps: float,
})

/** So many of so many updates go wrong, an element each. */
const strays = v.object({ strays: count, of: count })

/** What is wrong with a subject under a rule. */
export const diagnosisSchema = v.object({
  subject: v.string(),
  rule: v.string(),
  kind: v.picklist(['dialect', 'default', 'edit', 'fault', 'pair', 'none']),
  ...explanation,
  explained: about(share, 'Share of the observed elements that it reproduces: 1, or 0 where nothing explains them.'),
  observed: about(count, 'Elements of iterates and state that were observed.'),
  scenarios: about(count, 'The scenarios in which they were.'),
  tried: about(count, 'How many candidates were held against them.'),
  first: v.optional(about(finding, 'The first element at which the subject leaves the rule.')),
  alternatives: about(list(v.object(explanation)), 'Explanations that nothing that was tried tells from this one.'),
  partial: v.optional(
    about(
      v.object({ ...explanation, share }),
      'Where there is no explanation: the candidate that reproduces most, and the share of the elements that it does.',
    ),
  ),
  clues: v.optional(
    about(
      list(
        v.object({
          variable: v.string(),
          seen: strays,
          where: v.optional(
            about(v.object({ says: v.string(), there: strays, elsewhere: strays }), 'What sets those updates apart.'),
          ),
          instead: v.optional(about(v.string(), 'What stands there instead.')),
        }),
      ),
      'Where there is no explanation: the variables that are not what the rule makes of the values before.',
    ),
  ),
  sound: v.optional(about(list(v.string()), 'The variables that are.')),
  checks: v.optional(about(list(v.string()), 'The checks that fail, where it is known by these and not from traces.')),
  beside: v.optional(
    about(list(v.string()), 'Contracts that fail and that the formula which is named does not explain.'),
  ),
  incomplete: v.optional(about(v.literal(true), 'Time ran out before every candidate was tried.')),
})

const result = v.object({
  subject: v.string(),
  rule: about(v.string(), 'The dialect, such as adam/pytorch.'),
  check: v.string(),
  group: v.picklist(['closed form', 'formula', 'golden', 'invariant', 'relation', 'contract']),
  verdict,
  grade: v.optional(v.picklist(['bit-exact', 'within the bound'])),
  worst: v.optional(about(float, 'Largest distance from the exact value as a fraction of the bound.')),
  proving: v.optional(
    about(share, 'Share of the elements whose allowed interval was narrower than the update itself.'),
  ),
  undecided: v.optional(about(share, 'Share of conditions, signs and maxima that were within rounding of a tie.')),
  scenarios: v.optional(count),
  observed: v.optional(about(count, 'How many elements were compared.')),
  kept: v.optional(about(count, 'How many scenarios that failed in an earlier run were run before the drawn ones.')),
  formats: v.optional(list(format)),
  step: v.optional(about(count, 'Of a failure: 1 is the first step.')),
  parameter: v.optional(v.string()),
  variable: v.optional(about(v.string(), 'x, or the name of a state variable.')),
  index: v.optional(count),
  got: v.optional(float),
  low: v.optional(about(float, 'The least value that is allowed.')),
  high: v.optional(float),
  expected: v.optional(about(float, 'What the formula gives.')),
  ulps: v.optional(about(float, 'Distance from the expected value in units in the last place.')),
  reason: v.optional(about(v.string(), 'Why it failed, was skipped or could not be decided.')),
  note: v.optional(v.string()),
  scenario: v.optional(about(scenarioSchema, 'The smallest scenario that shows it; floats as hexadecimal bits.')),
  replay: v.optional(about(v.string(), 'The command that shows more.')),
  known: v.optional(
    about(
      v.object({
        reason: v.string(),
        link: v.optional(v.string()),
        title: v.optional(v.string()),
        kind: v.optional(v.picklist(['bug', 'convention', 'limit'])),
      }),
      'Of a failure that is on record: it does not fail the run.',
    ),
  ),
})

/** The document that `--reporter json` writes. */
export const reportSchema = v.object({
  schema: v.literal('lockstep/verify/1'),
  seed,
  depth: v.picklist(['quick', 'full']),
  versions: v.record(v.string(), v.string()),
  subjects: list(
    v.object({
      name: v.string(),
      version: v.string(),
      arithmetic: about(v.string(), 'How it rounds, in words.'),
      live: about(v.boolean(), 'False for a recording.'),
      path: v.optional(about(v.string(), 'The file that it was asked for by.')),
    }),
  ),
  results: list(result),
  diagnoses: about(list(diagnosisSchema), 'What is wrong with each subject under each rule where it deviates.'),
  remarks: v.optional(
    about(
      list(v.object({ subject: v.string(), rule: v.string(), text: v.string() })),
      'What a reader should know of a subject under a rule: names that were guessed, what is not checked.',
    ),
  ),
  summary: v.object({ pass: count, fail: count, skip: count, unknown: count, known: count }),
  seconds: v.pipe(v.number(), v.minValue(0)),
  notes: v.optional(about(list(v.string()), 'What concerns the whole run.')),
  incomplete: v.optional(
    about(v.boolean(), 'True while the run goes on, and where it was stopped: results are missing.'),
  ),
})

/** The document as a type; numbers that JSON does not have are texts in the file. */
export type ReportDocument = v.InferOutput<typeof reportSchema>
