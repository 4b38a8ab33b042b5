import { stateFaults } from './state.ts'
import { stepFaults } from './steps.ts'

/** Faults of optimizers that no formula shows, by what is wrong. */
export const faults = { ...stepFaults, ...stateFaults } as const

export type { Fault } from './alter.ts'
