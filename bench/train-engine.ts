/**
 * One engine for bench/train.ts, in a process of its own: TensorFlow.js has one engine a process. Each message names a run,
 * plain or with batch normalization, and is answered when a window of its steps is done.
 */
import type { Engine } from '../src/train/engines/engine.ts'
import { native } from '../src/train/engines/native/index.ts'
import { wasm } from '../src/train/engines/wasm/index.ts'
import { train } from '../src/train/loop/train.ts'
import { imagesFrom, runOf, toNextLoss } from './train-run.ts'

const engines: Readonly<Record<string, () => Promise<Engine>>> = { native, wasm }
const [id, steps, directory] = process.argv.slice(2)

const engine = await engines[id!]!()
const data = await imagesFrom(directory)
const runs = [false, true].map(batchNorm => train(engine, data, runOf(batchNorm), { window: Number(steps) }))
process.on('message', async batchNorm => {
  await toNextLoss(runs[Number(batchNorm)]!)
  process.send!('done')
})
process.send!(engine.description.device)
