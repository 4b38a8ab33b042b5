/** JSON Schemas (draft 2020-12) from the schemas that Lockstep itself reads and writes by. */
import { configSchema } from '../src/cli/config/schema.ts'
import { vectorSchema } from '../src/guests/vector-files.ts'
import { diffSchema } from '../src/report/diff-schema.ts'
import { reportSchema } from '../src/report/schema.ts'

type Json = Record<string, unknown>

/** What of a valibot schema is asked here; its own types tell each kind apart, which a table of rows does not need. */
interface Node {
  readonly type: string
  readonly entries: Readonly<Record<string, Node>>
  readonly item: Node
  readonly items: readonly Node[]
  readonly value: Node
  readonly wrapped: Node
  readonly options: readonly Node[]
  readonly literal: unknown
  readonly pipe?: readonly Step[]
}

interface Step extends Node {
  readonly kind: string
  readonly requirement: unknown
  readonly description: string
}

const isOptional = ({ type }: Node): boolean => type === 'optional' || type === 'exact_optional'

function object({ entries }: Node, more: Json = {}): Json {
  const required = Object.keys(entries).filter(name => !isOptional(entries[name]!))
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, convert(entry)])),
    ...(required.length > 0 && { required }),
    ...more,
  }
}

const kinds: Readonly<Record<string, (node: Node) => Json>> = {
  object: node => object(node),
  loose_object: node => object(node),
  strict_object: node => object(node, { additionalProperties: false }),
  record: ({ value }) => ({ type: 'object', additionalProperties: convert(value) }),
  array: ({ item }) => ({ type: 'array', items: convert(item) }),
  strict_tuple: ({ items }) => ({
    type: 'array',
    prefixItems: items.map(convert),
    items: false,
    minItems: items.length,
  }),
  string: () => ({ type: 'string' }),
  number: () => ({ type: 'number' }),
  boolean: () => ({ type: 'boolean' }),
  literal: ({ literal }) => ({ const: literal }),
  picklist: ({ options }) => ({ enum: options }),
  union: ({ options }) => ({ anyOf: options.map(convert) }),
  optional: ({ wrapped }) => convert(wrapped),
  exact_optional: ({ wrapped }) => convert(wrapped),
  nullable: ({ wrapped }) => ({ anyOf: [convert(wrapped), { type: 'null' }] }),
}

/** What the steps of a pipe add; what JSON Schema cannot say, or says already, adds nothing. */
const steps: Readonly<Record<string, (step: Step) => Json>> = {
  description: ({ description }) => ({ description }),
  integer: () => ({ type: 'integer' }),
  min_value: ({ requirement }) => ({ minimum: requirement }),
  max_value: ({ requirement }) => ({ maximum: requirement }),
  min_length: ({ requirement }) => ({ minItems: requirement }),
  non_empty: () => ({ minLength: 1 }),
  finite: () => ({}),
  readonly: () => ({}),
  check: () => ({}),
}

function convert(node: Node): Json {
  if (node.pipe) {
    const [first, ...rest] = node.pipe as readonly [Step, ...Step[]]
    const { description, ...schema } = Object.assign(
      convert(first),
      ...rest.map(step => row(steps, step.type)(step)),
    ) as Json
    return { ...(description !== undefined && { description }), ...schema }
  }
  return row(kinds, node.type)(node)
}

function row<T>(table: Readonly<Record<string, T>>, type: string): T {
  const found = Object.hasOwn(table, type) ? table[type] : undefined
  if (!found) throw new Error(`scripts/json-schema.ts has no row for '${type}'.`)
  return found
}

function document(name: string, title: string, schema: unknown): string {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `urn:lockstep:${name}`, title }
  return `${JSON.stringify({ ...head, ...convert(schema as Node) }, null, 2)}\n`
}

/** Every published schema by its file name in docs/schemas. */
export const schemas = (): Map<string, string> =>
  new Map([
    ['verify-1.schema.json', document('verify:1', 'What lockstep verify --reporter json writes', reportSchema)],
    ['vectors-1.schema.json', document('vectors:1', 'The conformance vectors of golden/vectors/', vectorSchema)],
    ['diff-1.schema.json', document('diff:1', 'What lockstep diff --json writes', diffSchema)],
    ['lockstep.schema.json', document('config', 'lockstep.yaml', configSchema)],
  ])
