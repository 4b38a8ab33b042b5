/** Hyper-parameters of dialects, as an implementation by hand is given them. */
export interface Sgd {
  lr: number
  momentum: number
  dampening: number
  weight_decay: number
  nesterov: boolean
  maximize: boolean
}

export interface Momentum {
  lr: number
  momentum: number
}

export interface TorchMomentum extends Momentum {
  weight_decay: number
  maximize: boolean
}

export interface Adam {
  lr: number
  beta1: number
  beta2: number
  eps: number
}

export interface Amsgrad extends Adam {
  amsgrad: boolean
}

export interface AdamW extends Adam {
  weight_decay: number
}

export interface AmsgradW extends AdamW {
  amsgrad: boolean
}

export interface TorchAdam extends AmsgradW {
  maximize: boolean
}
