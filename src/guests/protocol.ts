import * as v from 'valibot'
import { arrayFromBits, arrayToBits } from '../numbers/bits.ts'
import type { Bits } from '../subject/scenario.ts'
import {
  type Format,
  features as featureNames,
  type Gradients,
  type Group,
  type HyperValues,
  type Json,
  type Setup,
  type StateValues,
} from '../subject/subject.ts'

/**
 * lockstep/1: one JSON object a line, floats as hexadecimal bits. Every request carries an id and is answered by one line
 * with the same id and either `ok` or `error`. Several runs may be open at once; each has a name.
 */
export const protocol = 'lockstep/1'

export interface WireParam {
  name: string
  value: Bits
  shape?: number[]
  strides?: number[]
  offset?: number
}

export interface WireGroup {
  hyper: HyperValues
  params: WireParam[]
}

export interface WireSetup {
  rule: string
  format: Format
  groups: WireGroup[]
}

/** One gradient a parameter, null where it has none. */
export type WireGradients = (Bits | null)[]

/** What can be asked of a guest. `state`: after which of these steps the state is wanted. */
export type Request =
  | { do: 'hello' }
  | { do: 'open'; run: string; setup: WireSetup; saved: Json | null }
  | { do: 'steps'; run: string; gradients: WireGradients[]; state: 'every' | 'last' | 'none' }
  | { do: 'point'; run: string }
  | { do: 'set'; run: string; group: number; hyper: HyperValues }
  | { do: 'add'; run: string; group: WireGroup }
  | { do: 'save'; run: string }
  | { do: 'observe'; run: string; live?: true }
  | { do: 'spoil'; run: string }
  | { do: 'close'; run: string }
  | { do: 'bye' }

/** Whose mistake it was: the request's, a refusal by the guest, an exception in it, or a result that is no result. */
export const faults = ['usage', 'refused', 'crash', 'garbage'] as const
export type Fault = (typeof faults)[number]

const names = v.array(v.string())
const features = v.array(v.picklist(featureNames))
const bits = v.string()
const state = v.array(v.record(v.string(), bits))

const ruleEntry = v.object({
  hyper: v.optional(names, []),
  state: v.optional(names, []),
  features,
  defaults: v.optional(v.record(v.string(), v.union([v.number(), v.boolean()]))),
  /** `own`: hyper-parameters and state go by the guest's own names, whatever the rule; only with `*`. */
  names: v.optional(v.literal('own')),
  /** Own hyper-parameters that have no default, and those whose default is no number. */
  required: v.optional(names),
  others: v.optional(names),
  /** Those that can be changed on the way; default: all. */
  settable: v.optional(names),
  /** What a reader should know, in sentences. */
  notes: v.optional(names),
})
export type RuleEntry = v.InferOutput<typeof ruleEntry>

const replySchema = v.object({
  id: v.number(),
  ok: v.optional(v.unknown()),
  error: v.optional(v.object({ kind: v.picklist(faults), message: v.string(), traceback: v.optional(v.string(), '') })),
})

/** What each request is answered with. */
export const answers = {
  hello: v.object({
    protocol: v.literal(protocol),
    name: v.optional(v.string()),
    version: v.optional(v.string()),
    formats: v.pipe(v.array(v.picklist(['float32', 'float64'])), v.minLength(1)),
    /** By rule id; `*` means any rule, and none where it has `defaults`; absent means any rule, and no feature. */
    rules: v.optional(v.record(v.string(), ruleEntry)),
    environment: v.optional(v.record(v.string(), v.unknown()), {}),
  }),
  /** `features` where only an open run shows what is offered. */
  open: v.object({ features: v.optional(features) }),
  steps: v.object({ steps: v.array(v.object({ x: v.array(bits), state: v.optional(v.nullable(state)) })) }),
  point: v.object({ x: v.array(bits) }),
  observe: v.object({
    state: v.optional(v.nullable(state)),
    gradients: v.optional(v.nullable(v.array(v.nullable(bits)))),
    dtypes: v.optional(v.nullable(v.array(v.record(v.string(), v.string())))),
    surroundings: v.optional(v.nullable(v.boolean())),
    live: v.optional(v.nullable(v.number())),
  }),
} as const

export type Hello = v.InferOutput<typeof answers.hello>
export type WireObserved = v.InferInput<typeof answers.observe>
export type Reply = v.InferOutput<typeof replySchema>

/** A line as a reply; undefined where it is none. */
export function parseReply(line: string): Reply | undefined {
  try {
    const reply = v.parse(replySchema, JSON.parse(line))
    return reply.error !== undefined || 'ok' in reply ? reply : undefined
  } catch {
    return undefined
  }
}

export const encodeGroup = ({ hyper, params }: Group, format: Format): WireGroup => ({
  hyper,
  params: params.map(({ value, ...param }) => ({ ...param, value: arrayToBits(value, format) })),
})

export const encodeSetup = ({ rule, format, groups }: Setup): WireSetup => ({
  rule,
  format,
  groups: groups.map(group => encodeGroup(group, format)),
})

export const decodeGroup = ({ hyper, params }: WireGroup, format: Format): Group => ({
  hyper,
  params: params.map(({ value, ...param }) => ({ ...param, value: arrayFromBits(value, format) })),
})

export const encodeGradients = (gradients: Gradients, format: Format): WireGradients =>
  gradients.map(gradient => gradient && arrayToBits(gradient, format))

export const decodeGradients = (gradients: WireGradients, format: Format): Gradients =>
  gradients.map(gradient => (gradient === null ? null : arrayFromBits(gradient, format)))

export const encodeState = (values: StateValues, format: Format): Record<string, Bits> =>
  Object.fromEntries(Object.entries(values).map(([name, array]) => [name, arrayToBits(array, format)]))

/** Which shape an answer is to have. */
export type Shape = keyof typeof answers | 'none'
/** An answer of that shape. */
export type Answer<K extends Shape> = K extends keyof typeof answers ? v.InferOutput<(typeof answers)[K]> : Json

/** Asks one question and checks the shape of the answer. */
export type Ask = <K extends Shape>(request: Request, shape: K) => Promise<Answer<K>>
