import util from 'node:util'

/** What @tensorflow/tfjs-node 4.22 calls of node:util and newer versions of Node no longer have. */
const removed = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
}

/** Gives node:util back the functions that Node 23 removed; where they are still there, nothing changes. */
export function restoreUtil(): void {
  const present = util as unknown as Record<string, unknown>
  for (const [name, value] of Object.entries(removed)) present[name] ??= value
}
