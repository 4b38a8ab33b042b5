import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adam } from './adam.ts'
import { adamw } from './adamw.ts'
import type { Family } from './family.ts'
import { momentum } from './momentum.ts'
import { nesterov } from './nesterov.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

/** All families, from the simplest to those that build on it. */
export const families: readonly Family[] = [sgd, momentum, nesterov, adagrad, rmsprop, adadelta, adam, adamw]
