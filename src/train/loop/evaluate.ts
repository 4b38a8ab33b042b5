import { Batches } from '../data/batches.ts'
import type { Images } from '../data/images.ts'
import type { Engine } from '../engines/engine.ts'
import type { Model } from '../models/model.ts'
import { upload } from './gradient.ts'

/** Images a forward pass: more are no faster on any engine, and need more memory. */
const chunk = 500

/** How a model does on some images in evaluation: the mean cross entropy, and the share that it gets right. */
export interface Evaluation {
  readonly loss: number
  readonly accuracy: number
}

/** Measures a model; the losses are added up in binary64 on the host. `between` batches others get a turn. */
export async function evaluate(
  engine: Engine,
  model: Model,
  images: Images,
  indices: Uint32Array,
  table: Float32Array,
  between?: () => Promise<void>,
): Promise<Evaluation> {
  const batches = new Batches(images, table, Math.min(chunk, indices.length))
  let [loss, right] = [0, 0]
  for (let from = 0; from < indices.length; from += chunk) {
    await between?.()
    const part = indices.subarray(from, from + chunk)
    batches.fill(part)
    const logits = engine.tf.tidy(() => model.evaluate(upload(engine, batches, part.length).x))
    try {
      const values = await logits.data<'float32'>()
      const classes = logits.shape[1]
      for (let k = 0; k < part.length; k++) {
        const row = values.subarray(k * classes, (k + 1) * classes)
        const label = batches.labels[k]!
        loss += crossEntropyOf(row, label)
        right += Number(row.every((value, other) => other === label || row[label]! > value))
      }
    } finally {
      logits.dispose()
    }
  }
  return { loss: loss / indices.length, accuracy: right / indices.length }
}

/** -log softmax(logits)[label]; a tie counts as wrong. */
function crossEntropyOf(logits: Float32Array, label: number): number {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const sum = logits.reduce((total, value) => total + Math.exp(value - largest), 0)
  return Math.log(sum) + largest - logits[label]!
}
