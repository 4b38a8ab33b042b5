import type { Moment, RecordedHeader, RecordedStep } from '../../subject/recorded-trace.ts'
import type { HyperValues, StateValues } from '../../subject/subject.ts'
import { instead, TraceError } from './error.ts'
import { arrayFrom, checkFields, type Fields, hyperFrom, isObject, wholeFrom } from './values.ts'

const stepFields = ['step', 't', 'hyper', 'g', 'x', 'state', 'before', 'info']

/** Reads the records of a trace, one after the other: hyper-parameters stay in force until a record changes them. */
export class StepReader {
  readonly #header: RecordedHeader
  #hyper: readonly HyperValues[]
  #last = 0

  constructor(header: RecordedHeader) {
    this.#header = header
    this.#hyper = header.groups
  }

  /** The step that a parsed record tells. */
  read(value: unknown, place: string): RecordedStep {
    const record = checkFields(value, stepFields, place, 'a step')
    const step = wholeFrom(record.step, 1, place, 'step')
    if (step <= this.#last)
      throw new TraceError(
        place,
        `step: expected a step after ${this.#last}, got ${step}.`,
        'Steps come in their order, each once.',
      )
    this.#last = step
    this.#change(record.hyper, place)
    const before = record.before === undefined ? undefined : checkFields(record.before, ['x', 'state'], place, 'before')
    return {
      step,
      place,
      t: this.#counts(record.t, place),
      hyper: this.#hyper,
      gradients: this.#gradients(record.g, place),
      ...(before && { before: this.#moment(before, place, 'before.') }),
      after: this.#moment(record, place, ''),
    }
  }

  #change(changes: unknown, place: string): void {
    if (changes === undefined) return
    const { length } = this.#hyper
    if (!Array.isArray(changes) || changes.length !== length)
      throw new TraceError(place, `hyper: expected a list of ${length}, one object a group, ${instead(changes)}.`)
    this.#hyper = this.#hyper.map((hyper, k) => ({ ...hyper, ...hyperFrom(changes[k], place, `hyper[${k}]`) }))
  }

  #counts(value: unknown, place: string): (number | null | undefined)[] {
    const count = (given: unknown): number | null | undefined =>
      given === undefined || given === null ? given : wholeFrom(given, 1, place, 't')
    if (!isObject(value)) return this.#header.params.map(() => count(value))
    this.#checkNames(value, place, 't')
    return this.#header.params.map(({ name }) => count(own(value, name)))
  }

  #gradients(value: unknown, place: string): (Float64Array | null)[] {
    const given = this.#named(value, place, 'g')
    return this.#header.params.map(({ name, format, length }) => {
      const gradient = own(given, name)
      if (gradient === undefined)
        throw new TraceError(
          place,
          `g: there is no entry for parameter '${name}'.`,
          'Write null where it had no gradient.',
        )
      return gradient === null ? null : arrayFrom(gradient, format, length, place, `g.${name}`)
    })
  }

  #moment({ x = {}, state = {} }: Fields, place: string, at: string): Moment {
    const iterates = this.#named(x, place, `${at}x`)
    const states = this.#named(state, place, `${at}state`)
    return {
      x: this.#header.params.map(({ name, format, length }) => {
        const given = own(iterates, name)
        return given === undefined ? undefined : arrayFrom(given, format, length, place, `${at}x.${name}`)
      }),
      state: this.#header.params.map(({ name, format, length }): StateValues | undefined => {
        const given = own(states, name)
        if (given === undefined) return undefined
        if (!isObject(given))
          throw new TraceError(place, `${at}state.${name}: expected arrays by name, ${instead(given)}.`)
        return Object.fromEntries(
          Object.entries(given).map(([id, values]) => [
            id,
            arrayFrom(values, format, length, place, `${at}state.${name}.${id}`),
          ]),
        )
      }),
    }
  }

  #named(value: unknown, place: string, what: string): Fields {
    if (!isObject(value))
      throw new TraceError(place, `${what}: expected an object with an entry a parameter, ${instead(value)}.`)
    this.#checkNames(value, place, what)
    return value
  }

  #checkNames(value: Fields, place: string, what: string): void {
    const names = this.#header.params.map(({ name }) => name)
    const unknown = Object.keys(value).find(name => !names.includes(name))
    if (unknown !== undefined)
      throw new TraceError(
        place,
        `${what}: the header has no parameter '${unknown}'.`,
        `It has ${names.slice(0, 12).join(', ')}.`,
      )
  }
}

const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined)
