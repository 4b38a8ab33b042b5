import type { Algebra } from '../language/tree.ts'
import type { Straight } from './straight.ts'

/** What a meaning says of operations; names are looked up by whatever runs it. */
export type Operations<R, B> = Omit<Algebra<R, B>, 'name' | 'flag' | 'first'>

/** A meaning that can be run element by element: its operations, and how it reads a given binary64 number. */
export interface Meaning<R, B> {
  readonly operations: Operations<R, B>
  /** An input (iterate, gradient, state, hyper-parameter, step count), which is exact. */
  read(value: number): R
  /** Storage for one value an element. */
  store(length: number): Store<R>

  /** Makes a straight program run: as closures, or faster. */
  link(program: Straight): Runner<R>
}

/** One value an element: a plain or typed array. */
export interface Store<R> {
  readonly length: number
  [index: number]: R
}

/** A program that was linked with a meaning: runs one step over all elements, in place. */
export type Runner<R> = (scalar: (id: string) => R, array: (id: string) => Store<R>, length: number) => void
