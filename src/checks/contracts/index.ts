import type { Check } from '../check.ts'
import { dtypesKept, float64InFloat64 } from './float64.ts'
import { gradientsLeftAlone } from './gradients.ts'
import { groupsKeepTheirOwn } from './groups.ts'
import { defaultsAreUsed, domainsAreKept, hyperHasEffect, maximizes } from './hyper.ts'
import { batchesAgree, deterministic, instancesShareNothing } from './instances.ts'
import { absentLeftAlone, lateGroups, lateParameters } from './late.ts'
import { layoutsAgree, memoryLeftAlone } from './layouts.ts'
import { emptyAccepted, everyElement } from './lengths.ts'
import { longRuns, nothingLeaks } from './long.ts'
import { changesInTime } from './rate.ts'
import { nothingByReference } from './references.ts'
import { resumes, resumesAfterOverflow } from './resume.ts'
import { whatIsSetIsUsed } from './set.ts'

/** Claims about any optimizer, which need no formula: the subject is held against itself. */
export const contracts: readonly Check[] = [
  gradientsLeftAlone,
  nothingByReference,
  memoryLeftAlone,
  deterministic,
  batchesAgree,
  instancesShareNothing,
  resumes,
  resumesAfterOverflow,
  absentLeftAlone,
  lateParameters,
  groupsKeepTheirOwn,
  lateGroups,
  changesInTime,
  whatIsSetIsUsed,
  defaultsAreUsed,
  hyperHasEffect,
  maximizes,
  domainsAreKept,
  layoutsAgree,
  everyElement,
  emptyAccepted,
  dtypesKept,
  float64InFloat64,
  longRuns,
  nothingLeaks,
]
