import type { FamilySource } from '../language/rule.ts'

/** A family under the name that ids begin with: `adam` in `adam/pytorch`. */
export interface Family extends FamilySource {
  readonly id: string
}

/** Names a family; the source stays as it is written. */
export const family = (id: string, source: FamilySource): Family => ({ id, ...source })
