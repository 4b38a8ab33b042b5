import type { Check } from '../check.ts'
import { numberInvariants } from './numbers.ts'
import { stateInvariants } from './state.ts'
import { stepInvariants } from './steps.ts'

/** Claims about one trace alone. */
export const invariants: readonly Check[] = [...stateInvariants, ...stepInvariants, ...numberInvariants]
