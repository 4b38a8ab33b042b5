export type { Family } from './family.ts'
export { findRule, ruleIds, UnknownRule } from './lookup.ts'
export { families } from './table.ts'
