import * as v from 'valibot'
import { float, hyper, scenarioSchema, seed } from './schema.ts'

const about = <S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const rule = v.object({ id: v.string(), source: v.string(), step: v.array(v.string()) })
const line = v.object({
  statement: v.string(),
  differs: about(v.array(v.string()), 'The terms that the other statement lacks there.'),
})
const walk = about(v.object({ before: float, after: float }), 'The element before and after the step.')

const comparison = v.object({
  apart: about(v.boolean(), 'Whether a scenario tells them apart; if not, they are the same for all that was tried.'),
  tried: about(count, 'How many scenarios both could play.'),
  scenario: v.optional(
    about(
      scenarioSchema,
      'The smallest that tells them apart, in the names of the first rule; floats as hexadecimal bits.',
    ),
  ),
  hyper: v.optional(about(v.object({ a: hyper, b: hyper }), 'All hyper-parameters of each rule in this scenario.')),
  step: v.optional(about(count, 'Where they part: 1 is the first step.')),
  parameter: v.optional(v.string()),
  index: v.optional(count),
  a: v.optional(walk),
  b: v.optional(walk),
  measuredAt: v.optional(
    about(
      v.picklist(['defaults', 'scenario']),
      'With which hyper-parameters the rest was measured; with those of the scenario where defaults show nothing.',
    ),
  ),
  firstSteps: v.optional(
    about(
      v.array(v.object({ g: v.number(), a: float, b: float })),
      'How far the first step from 0 goes under each rule, for one size of the gradient.',
    ),
  ),
  training: v.optional(
    v.array(
      v.object({
        scale: about(v.number(), 'Standard deviation of the gradients.'),
        steps: count,
        distance: about(float, 'Distance between the iterates as a share of the longer of their ways.'),
      }),
    ),
  ),
  descent: v.optional(
    about(
      v.object({ steps: count, iterates: float, points: float }),
      'Where gradients are taken at different points: the largest distances between the iterates and between these points down a quadratic, as shares of the longest way.',
    ),
  ),
})

/** The document that `lockstep diff --json` writes. */
export const diffSchema = v.object({
  schema: v.literal('lockstep/diff/1'),
  seed,
  a: rule,
  b: rule,
  names: about(v.array(v.object({ a: v.string(), b: v.string() })), 'Hyper-parameters that mean the same.'),
  formula: about(
    v.array(v.object({ same: v.boolean(), a: v.optional(line), b: v.optional(line) })),
    'Statements that do the same work, or that only one rule has; same: but for names.',
  ),
  facts: about(
    v.array(
      v.object({
        kind: v.picklist(['default', 'domain', 'hyper-parameter', 'state', 'gradient', 'clock', 'condition']),
        what: v.string(),
        a: v.optional(v.string()),
        b: v.optional(v.string()),
      }),
    ),
    'What else differs; a side that lacks it is absent.',
  ),
  sameFormula: about(v.boolean(), 'Whether the formulas are the same but for names.'),
  shared: about(comparison, 'With the hyper-parameters equal that both have.'),
  own: v.optional(about(comparison, "With each rule's own defaults, where some of these differ.")),
})

/** The document as a type; numbers that JSON does not have are texts in the file. */
export type DiffDocument = v.InferOutput<typeof diffSchema>
