export type Format = 'float32' | 'float64'
export type Awaitable<T> = T | Promise<T>
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** Values of hyper-parameters by name: binary64 numbers or booleans. */
export type HyperValues = Record<string, number | boolean>
/** One array a parameter, in the order of the setup; null: this parameter has no gradient in this step. */
export type Gradients = (Float64Array | null)[]
/** State of one parameter by name; a variable that does not exist yet is absent. */
export type StateValues = Record<string, Float64Array>

/** What one step gave: the iterates, and the state where the subject shows it. */
export interface Played {
  /** Absent where a recording kept no iterates at this step. */
  x?: Float64Array[]
  state?: StateValues[]
}
