export type { VerifyOptions } from './options.ts'
export { defaultSeed } from './options.ts'
