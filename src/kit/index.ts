export type { Scenario, Trace } from '../subject/scenario.ts'
export type {
  Format,
  Gradients,
  Group,
  HyperValues,
  Offer,
  Param,
  Run,
  Setup,
  Subject,
  Unsupported,
} from '../subject/subject.ts'
export type { Deviation, Finding, Report, Result, Verdict } from '../subject/verdict.ts'
export type { OwnOptions, VerifyOptions } from './options.ts'
export { defaultSeed } from './options.ts'
export { verify } from './verify.ts'
