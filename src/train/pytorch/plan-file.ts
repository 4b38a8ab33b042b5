import type { HyperValues } from '../../derive/stepper.ts'
import type { Plan } from '../loop/plan.ts'
import type { Layer } from '../models/spec.ts'
import { parametersOf } from '../models/weights.ts'
import { droppedBy } from './masks.ts'

/** A user's torch.optim.Optimizer: its file, its name (default: the only one there), and keywords of its own. */
export interface PytorchSubject {
  readonly file: string
  readonly object?: string
  readonly hyper?: HyperValues
}

/** What moves the parameters: a class of torch.optim, or a user's. */
export type OptimizerChoice =
  | { readonly class: string; readonly hyper: HyperValues }
  | (PytorchSubject & { readonly hyper: HyperValues })

/** How a run is made in PyTorch, and what is measured of it. */
export interface PytorchSettings {
  readonly threads: number
  readonly precision: 'float32' | 'float64'
  readonly device: 'cpu' | 'cuda'
  readonly window: number
  readonly chunk: number
  readonly everyLoss: boolean
  readonly gradientNorms: number | null
  readonly gradientNoise: number | null
  /** Whether each window of steps waits for a line. */
  readonly paced: boolean
  /** Whether epochs end with measurements. */
  readonly measure: boolean
  /** Whether the trained parameters are written. */
  readonly save: boolean
}

/** plan.json, as lockstep_trainer reads it; arrays of numbers are files of their own beside it. */
export interface PlanFile extends PytorchSettings {
  readonly network: { readonly layers: readonly Layer[] }
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[]; readonly role: string }[]
  readonly optimizer: OptimizerChoice
  readonly train: readonly string[]
  /** `files` is null where the images that are measured are among those of training. */
  readonly held: { readonly name: string; readonly files: readonly string[] | null }
  readonly l2: number
  readonly batch: number
  readonly steps: number
  readonly scheduled: boolean
  readonly augment: boolean
  readonly masks: boolean
}

/** A plan as it is handed over. */
export const planFile = (
  { network, run, batch, steps, rate }: Plan,
  settings: PytorchSettings,
  { optimizer, train, test }: { optimizer: PlanFile['optimizer']; train: readonly string[]; test: readonly string[] },
): PlanFile => ({
  ...settings,
  network: { layers: network.layers },
  parameters: parametersOf(network).map(({ name, shape, role }) => ({ name, shape, role })),
  optimizer,
  train,
  held: { name: run.evaluate, files: run.evaluate === 'test' ? test : null },
  l2: network.remedies.l2,
  batch,
  steps,
  scheduled: run.schedule !== undefined && rate(0) !== undefined,
  augment: run.augment ?? false,
  masks: droppedBy(network).length > 0,
})
