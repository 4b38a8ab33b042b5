import { fold } from '../language/fold.ts'
import type { Algebra, Binary, Compare, Kind, Unary } from '../language/tree.ts'
import { binaries, comparisons, unaries } from '../language/tree.ts'
import { remember } from '../numbers/remember.ts'
import type { Operations, Runner } from './meaning.ts'
import type { Assign, Straight } from './straight.ts'

/** Values by slot; which slot a name has is settled when a program is linked. */
export type Frame<R> = R[]
export type Code<T, R> = (frame: Frame<R>) => T

/** Turns a meaning of values into a meaning of functions of a frame, so that a tree is walked once and then only run. */
export function lift<R, B>(
  operations: Operations<R, B>,
  slot: (id: string) => number,
  ask: { flag(id: string): boolean; first(id: string): boolean },
  truth: (value: boolean) => B,
): Algebra<Code<R, R>, Code<B, R>> {
  const unary =
    (op: Unary) =>
    (a: Code<R, R>, kind: Kind): Code<R, R> =>
    frame =>
      operations[op](a(frame), kind)
  const infix =
    (op: Binary) =>
    (a: Code<R, R>, b: Code<R, R>, kind: Kind): Code<R, R> =>
    frame =>
      operations[op](a(frame), b(frame), kind)
  const compare =
    (op: Compare) =>
    (a: Code<R, R>, b: Code<R, R>, kind: Kind): Code<B, R> =>
    frame =>
      operations[op](a(frame), b(frame), kind)
  return {
    ...(Object.fromEntries(unaries.map(op => [op, unary(op)])) as Record<Unary, ReturnType<typeof unary>>),
    ...(Object.fromEntries(binaries.map(op => [op, infix(op)])) as Record<Binary, ReturnType<typeof infix>>),
    ...(Object.fromEntries(comparisons.map(op => [op, compare(op)])) as Record<Compare, ReturnType<typeof compare>>),
    num: text => {
      const value = operations.num(text)
      return () => value
    },
    name: id => {
      const at = slot(id)
      return frame => frame[at]!
    },
    toTensor: a => frame => operations.toTensor(a(frame)),
    fl: a => frame => operations.fl(a(frame)),
    power: (a, exponent, kind) => frame => operations.power(a(frame), exponent, kind),
    cond: (test, a, b, kind) => frame => operations.cond(test(frame), a(frame), b(frame), kind),
    and: (a, b) => frame => operations.and(a(frame), b(frame)),
    or: (a, b) => frame => operations.or(a(frame), b(frame)),
    not: a => frame => operations.not(a(frame)),
    flag: id => () => truth(ask.flag(id)),
    first: id => () => truth(ask.first(id)),
  }
}

const never = (asked: string | boolean): never => {
  throw new TypeError(`a straight program has no conditions on scalars, yet one was asked: ${asked}`)
}

/** Gives names to slots, in the order in which they are first met. */
export class Slots {
  readonly #slots = new Map<string, number>()

  readonly of = (id: string): number => remember(this.#slots, id, () => this.#slots.size)

  get size(): number {
    return this.#slots.size
  }
}

/** Links a straight program with any meaning: scalars once a step, then every element in turn. */
export function linkClosures<R, B>(program: Straight, operations: Operations<R, B>): Runner<R> {
  const slots = new Slots()
  const algebra = lift(operations, slots.of, { flag: never, first: never }, never)
  const assign = ({ target, value }: Assign) => ({ code: fold(value, algebra), slot: slots.of(target) })
  const inputs = program.inputs.map(id => ({ id, slot: slots.of(id) }))
  const scalars = program.scalars.map(assign)
  const body = program.body.map(assign)
  const loads = program.loads.map(id => ({ id, slot: slots.of(id) }))
  const stores = program.stores.map(({ id, from }) => ({ id, slot: slots.of(from) }))
  return (scalar, arrayOf, length) => {
    const frame: Frame<R> = new Array(slots.size)
    for (const { id, slot } of inputs) frame[slot] = scalar(id)
    for (const { code, slot } of scalars) frame[slot] = code(frame)
    const from = loads.map(({ id, slot }) => ({ array: arrayOf(id), slot }))
    const to = stores.map(({ id, slot }) => ({ array: arrayOf(id), slot }))
    for (let i = 0; i < length; i++) {
      for (const { array, slot } of from) frame[slot] = array[i]!
      for (const { code, slot } of body) frame[slot] = code(frame)
      for (const { array, slot } of to) array[i] = frame[slot]!
    }
  }
}
