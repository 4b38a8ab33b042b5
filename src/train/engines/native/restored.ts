import util from 'node:util'

/** What @tensorflow/tfjs-node 4.22 calls of node:util, and what each newer Node warns of (22) or no longer has (23). */
const called = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
}

/** Gives node:util back the functions that Node 23 removed; they answer as they always did. */
export function restoreUtil(): void {
  Object.assign(util, called)
}
