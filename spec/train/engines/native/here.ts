import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packageIn } from '../../../../src/train/engines/native/places.ts'

/** Where this project's native engine is set up: `npx lockstep setup tensorflow --dir .lockstep/tensorflow`. */
export const nativePlace = fileURLToPath(new URL('../../../../.lockstep/tensorflow', import.meta.url))

/** Whether it was: specs that need it are skipped where it was not, and fail where it does not load. */
export const isNativeHere = existsSync(packageIn(nativePlace, '@tensorflow/tfjs-node'))
