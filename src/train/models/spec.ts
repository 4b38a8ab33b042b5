/** What a network is made of, as plain JSON: hidden layers get their activation and remedies when it is built. */
export type LayerSpec =
  | { readonly kind: 'conv'; readonly filters: number; readonly kernel: number; readonly stride?: number }
  | { readonly kind: 'pool'; readonly size: number }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'dense'; readonly units: number }

export type Activation = 'relu' | 'sigmoid'
export type Initialization = 'he' | 'xavier' | 'naive'

/** What helps a network to be trained, each a switch of its own. */
export interface Remedies {
  readonly activation: Activation
  readonly initialization: Initialization
  /** Between every hidden layer and its activation (Ioffe & Szegedy 2015). */
  readonly batchNorm: boolean
  /** The share of the outputs of hidden dense layers that is dropped in training (Srivastava et al. 2014). */
  readonly dropout: number
  /** lambda of the penalty lambda / 2 * sum of w^2 over weights (not biases, scales, offsets): the gradient gets lambda * w. */
  readonly l2: number
}

export const plain: Remedies = { activation: 'relu', initialization: 'he', batchNorm: false, dropout: 0, l2: 0 }

/** [height, width, channels] of an image, or [units]. Batches have one axis more, in front. */
export type Shape = readonly number[]

/** A layer as it is run: one operation, with a name where it has parameters or random numbers. */
export type Layer =
  | {
      readonly kind: 'conv'
      readonly name: string
      readonly filters: number
      readonly kernel: number
      readonly stride: number
      readonly bias: boolean
    }
  | { readonly kind: 'dense'; readonly name: string; readonly units: number; readonly bias: boolean }
  | { readonly kind: 'norm'; readonly name: string; readonly epsilon: number; readonly momentum: number }
  | { readonly kind: 'activation'; readonly activation: Activation }
  | { readonly kind: 'dropout'; readonly name: string; readonly rate: number }
  | { readonly kind: 'pool'; readonly size: number }
  | { readonly kind: 'flatten' }

/** A network as plain JSON: a chain of layers, which another framework builds as it stands. */
export interface Network {
  readonly model: string
  readonly input: Shape
  readonly remedies: Remedies
  readonly layers: readonly Layer[]
}
