import type { Fault } from './protocol.ts'

/** Something that goes into an error reply. */
export class RunnerFault extends Error {
  readonly kind: Fault

  constructor(kind: Fault, message: string) {
    super(message)
    this.kind = kind
  }
}
