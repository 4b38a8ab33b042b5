export { functionSubject } from '../guests/function.ts'
export type { UserFunction, UserOptimizer } from '../guests/module-lift.ts'
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
export type { Deviation, Diagnosis, Finding, Report, Result, Verdict } from '../subject/verdict.ts'
export type { GivenSubject } from './asked.ts'
export type { ConformOptions, OwnDeviation } from './conform.ts'
export { conform } from './conform.ts'
export { describeDiagnosis, describeResult } from './describe.ts'
export type { OwnOptions, VerifyOptions } from './options.ts'
export { defaultSeed } from './options.ts'
export type { TestContext, TestFunctions } from './runner.ts'
export { verify } from './verify.ts'
