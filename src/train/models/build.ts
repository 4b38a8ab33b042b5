import { nearest } from '../../language/error.ts'
import { channels, side } from '../data/images.ts'
import { type Layer, type LayerSpec, type Network, plain, type Remedies } from './spec.ts'
import { models } from './table.ts'

/** epsilon and momentum of batch normalization are PyTorch's defaults: 1e-5, and 0.1 of the new moments a step. */
const norm = { epsilon: 1e-5, momentum: 0.1 } as const

/** Something of a run that cannot be done: what was given, what was expected, what to do. */
export class RunError extends Error {
  override readonly name = 'RunError'
}

/** A model with its remedies as a chain of single operations. */
export function buildNetwork(model: string, given: Partial<Remedies> = {}): Network {
  const layers = Object.hasOwn(models, model) ? models[model as keyof typeof models].layers : undefined
  if (!layers) {
    const near = nearest(model, Object.keys(models))
    throw new RunError(
      `There is no model '${model}'. ${near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Models: ${Object.keys(models).join(', ')}.`}`,
    )
  }
  const remedies = { ...plain, ...given }
  checkRemedies(remedies)
  const counts = { conv: 0, dense: 0 }
  const last = layers.length - 1
  return {
    model,
    input: [side, side, channels],
    remedies,
    layers: layers.flatMap((layer, k) => expand(layer, k === last, remedies, counts)),
  }
}

function checkRemedies({ activation, initialization, dropout, l2 }: Remedies): void {
  if (!['relu', 'sigmoid'].includes(activation))
    throw new RunError(`activation: expected relu or sigmoid, got '${activation}'.`)
  if (!['he', 'xavier', 'naive'].includes(initialization))
    throw new RunError(`initialization: expected he, xavier or naive, got '${initialization}'.`)
  if (!(dropout >= 0 && dropout < 1)) throw new RunError(`dropout: expected a rate from 0 to below 1, got ${dropout}.`)
  if (!(l2 >= 0 && Number.isFinite(l2))) throw new RunError(`l2: expected a number from 0 on, got ${l2}.`)
}

/** A layer, and what its remedies put behind it. Biases before batch normalization would be subtracted again. */
function expand(layer: LayerSpec, last: boolean, remedies: Remedies, counts: { conv: number; dense: number }): Layer[] {
  if (layer.kind === 'pool' || layer.kind === 'flatten') return [layer]
  counts[layer.kind] += 1
  const name = last ? 'output' : `${layer.kind}${counts[layer.kind]}`
  const normalised = remedies.batchNorm && !last
  const weighted: Layer =
    layer.kind === 'conv'
      ? { ...layer, stride: layer.stride ?? 1, name, bias: !normalised }
      : { ...layer, name, bias: !normalised }
  if (last) return [weighted]
  const dropped = layer.kind === 'dense' && remedies.dropout > 0
  return [
    weighted,
    ...(normalised ? [{ kind: 'norm', name: `${name}.norm`, ...norm } as const] : []),
    { kind: 'activation', activation: remedies.activation },
    ...(dropped ? [{ kind: 'dropout', name: `${name}.dropout`, rate: remedies.dropout } as const] : []),
  ]
}
