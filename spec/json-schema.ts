import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'

type Schema = Readonly<Record<string, unknown>>

/** A schema in which every object that lists its fields has no others. */
const closedOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closedOf)
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closedOf(each)]))
  return typeof inner.properties === 'object' && inner.type === 'object'
    ? { additionalProperties: false, ...inner }
    : inner
}

const told = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || '/'} ${message}${'additionalProperty' in params ? `: ${params.additionalProperty}` : ''}`

/** What is wrong with a value by a published schema; with `closed`, an object that says nothing of further fields has none. */
export function problems(schema: Schema, value: unknown, closed = false): string[] {
  // Strict: a keyword that is not known is an error, so that nothing goes unchecked.
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
    (closed ? closedOf(schema) : schema) as object,
  )
  return validate(value) ? [] : validate.errors!.map(told)
}
