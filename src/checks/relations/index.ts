import type { Check } from '../check.ts'
import { effective } from './effect.ts'
import { reductionChecks } from './reductions.ts'
import { symmetries } from './symmetries.ts'

/** Claims about several traces, or about one rule seen as another. */
export const relations: readonly Check[] = [...symmetries, effective, ...reductionChecks]
