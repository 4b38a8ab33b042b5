/** A change of one operator that no reference can see, and why. */
export interface Unseen {
  readonly rule: string
  readonly was: string
  readonly now: string
  readonly why: string
}

export const unseen: readonly Unseen[] = [
  {
    rule: 'rmsprop/keras',
    was: 'b when momentum > 0',
    now: 'b when momentum >= 0',
    why: 'without momentum the buffer is written but never read, so that every iterate is the same; that it exists shows in memory alone, and the recording shows the buffer only where it is used',
  },
  {
    rule: 'rmsprop/tfjs',
    was: 'm = alpha * m + (1 - alpha) * g',
    now: 'm = alpha * m - (1 - alpha) * g',
    why: 'the average enters as its square only, and its sign is flipped in every step: no iterate changes. Its sign is state (mg), which only TensorFlow.js itself can show',
  },
]
