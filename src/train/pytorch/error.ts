/**
 * Whose fault it is: `missing` (no Python, no torch), `rule` (torch.optim has none of it), `class` (a user's file or class
 * cannot be used), `step` (a user's class raised in a step), `plan` (a file that was handed over), `run` (PyTorch raised),
 * `ended` (the process ended by itself).
 */
export type PytorchFault = 'missing' | 'rule' | 'class' | 'step' | 'plan' | 'run' | 'ended'

/** A run in PyTorch that cannot be made or did not end: what was found, and what to do. */
export class PytorchError extends Error {
  override readonly name = 'PytorchError'
  readonly fault: PytorchFault

  constructor(fault: PytorchFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}
