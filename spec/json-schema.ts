/**
 * A reader of JSON Schema that knows nothing of how the published schemas are made: it is given the files as anybody else
 * would be. A keyword that it does not know is an error, so that nothing goes unchecked.
 */
type Schema = Readonly<Record<string, unknown>>
type Test = (value: unknown, given: never, at: string, schema: Schema, closed: boolean) => string[]

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value

const isObject = (value: unknown): value is Record<string, unknown> => typeOf(value) === 'object'

const says = (right: boolean, complaint: string): string[] => (right ? [] : [complaint])

const tests: Readonly<Record<string, Test>> = {
  type: (value, type: string, at) => {
    const found = typeOf(value)
    return says(found === type || (type === 'number' && found === 'integer'), `${at}: ${found} instead of ${type}`)
  },
  const: (value, wanted, at) => says(value === wanted, `${at}: not ${String(wanted)}`),
  enum: (value, wanted: readonly unknown[], at) =>
    says(wanted.includes(value), `${at}: not one of ${wanted.join(', ')}`),
  minimum: (value, least: number, at) => says(typeof value !== 'number' || value >= least, `${at}: below ${least}`),
  maximum: (value, most: number, at) => says(typeof value !== 'number' || value <= most, `${at}: above ${most}`),
  minLength: (value, least: number, at) =>
    says(typeof value !== 'string' || [...value].length >= least, `${at}: too short`),
  minItems: (value, least: number, at) => says(!Array.isArray(value) || value.length >= least, `${at}: too few`),
  required: (value, names: readonly string[], at) =>
    isObject(value) ? names.flatMap(name => says(Object.hasOwn(value, name), `${at}.${name}: missing`)) : [],
  properties: (value, known: Readonly<Record<string, Schema>>, at, _, closed) =>
    isObject(value)
      ? Object.entries(known).flatMap(([name, inner]) =>
          Object.hasOwn(value, name) ? problems(inner, value[name], closed, `${at}.${name}`) : [],
        )
      : [],
  additionalProperties: (value, rest: boolean | Schema, at, schema, closed) =>
    others(value, schema).flatMap(name =>
      typeof rest === 'boolean'
        ? says(rest, `${at}.${name}: not known`)
        : problems(rest, (value as Record<string, unknown>)[name], closed, `${at}.${name}`),
    ),
  items: (value, inner: Schema, at, _, closed) =>
    Array.isArray(value) ? value.flatMap((item, k) => problems(inner, item, closed, `${at}[${k}]`)) : [],
  anyOf: (value, all: readonly Schema[], at, _, closed) => {
    const complaints = all.map(each => problems(each, value, closed, at))
    return complaints.some(each => each.length === 0) ? [] : complaints.flat()
  },
  ...Object.fromEntries(['$schema', '$id', 'title', 'description'].map((name): [string, Test] => [name, () => []])),
}

const others = (value: unknown, { properties = {} }: Schema): string[] =>
  isObject(value) ? Object.keys(value).filter(name => !Object.hasOwn(properties as object, name)) : []

/** What is wrong with a value; with `closed`, an object that says nothing of further fields has none. */
export function problems(schema: Schema, value: unknown, closed = false, at = '$'): string[] {
  const known =
    closed && schema.properties && !('additionalProperties' in schema)
      ? { ...schema, additionalProperties: false }
      : schema
  return Object.entries(known).flatMap(([keyword, given]) => {
    const test = Object.hasOwn(tests, keyword) ? tests[keyword] : undefined
    if (!test) throw new Error(`spec/json-schema.ts does not know the keyword '${keyword}'.`)
    return test(value, given as never, at, schema, closed)
  })
}
