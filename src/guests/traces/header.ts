import { printable } from '../../language/readable.ts'
import type { RecordedHeader, RecordedParameter } from '../../subject/recorded-trace.ts'
import type { Format } from '../../subject/subject.ts'
import { label, shown } from '../error.ts'
import { instead, TraceError } from './error.ts'
import { arrayFrom, checkFields, type Fields, hyperFrom, isObject, wholeFrom } from './values.ts'

/** The version of the format, which docs/traces.md specifies. */
export const traceSchema = 'lockstep/trace/1'

const fields = ['schema', 'rule', 'format', 'made', 'groups', 'params', 'info']
const paramFields = ['name', 'group', 'format', 'size', 'indices', 'value', 'info']

/** What a trace says before its first step, checked. */
export function headerFrom(value: unknown, place: string): RecordedHeader {
  if (!isObject(value) || value.schema !== traceSchema)
    throw new TraceError(
      place,
      `this is not the header of a trace: expected {"schema": "${traceSchema}", ...}, ${isObject(value) ? `its schema is ${JSON.stringify(value.schema) ?? 'missing'}` : instead(value)}.`,
      'docs/traces.md says what a trace is; lockstep check --write-recorder recorder.py writes a recorder for PyTorch.',
    )
  const { rule, format, made = {}, groups, params } = checkFields(value, fields, place, 'the header')
  if (rule !== undefined && typeof rule !== 'string')
    throw new TraceError(place, `rule: expected the id of a rule, ${instead(rule)}.`)
  const all = listOf(groups, place, 'groups').map((group, k) => hyperFrom(group, place, `groups[${k}]`))
  const parameters = listOf(params, place, 'params').map((param, k) =>
    parameterFrom(param, format, all.length, place, `params[${k}]`),
  )
  const twice = parameters.find(({ name }, k) => parameters.findIndex(other => other.name === name) < k)
  if (twice) throw new TraceError(place, `params: two are called '${twice.name}'.`, 'Give each its own name.')
  return { ...(rule !== undefined && { rule }), made: wordsFrom(made, place), groups: all, params: parameters }
}

function listOf(value: unknown, place: string, what: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new TraceError(place, `${what}: expected a list with at least one entry, ${instead(value)}.`)
  return value
}

function parameterFrom(value: unknown, usual: unknown, groups: number, place: string, what: string): RecordedParameter {
  const given = checkFields(value, paramFields, place, what)
  const { name, group = 0, format = usual, indices, value: start } = given
  if (typeof name !== 'string' || name === '')
    throw new TraceError(place, `${what}.name: expected a name, ${instead(name)}.`)
  if (printable(name) !== name) throw new TraceError(place, `${what}.name: ${shown(name)} cannot be printed.`)
  if (format !== 'float32' && format !== 'float64')
    throw new TraceError(place, `${what}: its format is to be "float32" or "float64", ${instead(format)}.`)
  if (wholeFrom(group, 0, place, `${what}.group`) >= groups)
    throw new TraceError(place, `${what}.group: there are ${groups} groups, counted from 0; got ${group}.`)
  const chosen = indices === undefined ? undefined : indicesFrom(indices, place, `${what}.indices`)
  const length =
    chosen?.length ?? (given.size === undefined ? undefined : wholeFrom(given.size, 0, place, `${what}.size`))
  const x0 = start === undefined ? undefined : arrayFrom(start, format as Format, length, place, `${what}.value`)
  if (length === undefined && !x0)
    throw new TraceError(place, `${what}: how many numbers it has is not said.`, 'Give it a size, indices, or a value.')
  checkIndices(chosen, given, place, what)
  return {
    name,
    group: group as number,
    format,
    length: length ?? x0!.length,
    ...(chosen && { indices: chosen }),
    ...(x0 && { value: x0 }),
  }
}

const indicesFrom = (value: unknown, place: string, what: string): number[] =>
  listOf(value, place, what).map(index => wholeFrom(index, 0, place, what))

function checkIndices(indices: readonly number[] | undefined, { size }: Fields, place: string, what: string): void {
  if (!indices || size === undefined) return
  const outside = indices.find(index => index >= wholeFrom(size, 0, place, `${what}.size`))
  if (outside !== undefined)
    throw new TraceError(place, `${what}.indices: there is no element ${outside} among ${size}.`)
}

function wordsFrom(value: unknown, place: string): Record<string, string> {
  if (!isObject(value))
    throw new TraceError(place, `made: expected an object with library, version, ...; ${instead(value)}.`)
  return Object.fromEntries(Object.entries(value).map(([name, word]) => [label(name), label(String(word))]))
}
