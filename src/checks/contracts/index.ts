import type { Check } from '../check.ts'
import { gradientsLeftAlone } from './gradients.ts'
import { groupsKeepTheirOwn } from './groups.ts'
import { batchesAgree, deterministic, instancesShareNothing } from './instances.ts'
import { nothingByReference } from './references.ts'
import { resumes } from './resume.ts'

/** Claims about any optimizer, which need no formula: the subject is held against itself. */
export const contracts: readonly Check[] = [
  gradientsLeftAlone,
  nothingByReference,
  deterministic,
  batchesAgree,
  instancesShareNothing,
  resumes,
  groupsKeepTheirOwn,
]
