import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { below, mixed, words } from '../../numbers/random.ts'
import { shiftOf, standardTable } from '../data/batches.ts'
import type { DataSet } from '../data/images.ts'
import { purposes } from '../data/order.ts'
import type { Plan } from '../loop/plan.ts'
import { schedules } from '../loop/schedule.ts'
import { initialWeights } from '../models/weights.ts'
import { droppedBy, maskBits } from './masks.ts'
import type { PlanFile } from './plan-file.ts'

type Numbers = Uint8Array | Int8Array | Uint32Array | Float32Array | Float64Array

/** The names of the files with images. */
export const recordFiles = { train: 'train.bin', test: 'test.bin' } as const

/**
 * Writes a plan for lockstep_trainer: plan.json, and a file of little-endian numbers for everything that was drawn, so
 * that PyTorch draws nothing itself. The images go with it where the plan names them as files of the folder. Of the epochs
 * the first is there; `nextEpoch` writes the others.
 */
export async function handOver(folder: string, data: DataSet, plan: Plan, file: PlanFile): Promise<void> {
  const put = (name: string, numbers: Numbers): Promise<void> => writeFile(join(folder, name), numbers)
  if (file.train.includes(recordFiles.train)) await put(recordFiles.train, data.train.records)
  if (file.held.files?.includes(recordFiles.test)) await put(recordFiles.test, data.test.records)
  await put('table', standardTable(plan.moments))
  await put('weights', weightsOf(plan))
  await put('sample', plan.trainSample)
  await put('held', plan.held.indices)
  if (file.scheduled) await put('shares', sharesOf(plan))
  await writeEpoch(folder, 1, plan, file)
  await writeFile(join(folder, 'plan.json'), JSON.stringify(file))
}

/** While an epoch is trained, writes what the next one draws, and drops what the last one did. */
export async function nextEpoch(folder: string, epoch: number, plan: Plan, file: PlanFile): Promise<void> {
  if (epoch * plan.stepsPerEpoch < plan.steps) await writeEpoch(folder, epoch + 1, plan, file)
  for (const name of drawings) await rm(join(folder, `${name}-${epoch - 1}`), { force: true })
}

/** What may be drawn for an epoch: a file each. */
const drawings = ['order', 'shifts', 'masks', 'noise', 'noise-masks'] as const
type Drawn = readonly [(typeof drawings)[number], Numbers]

async function writeEpoch(folder: string, epoch: number, plan: Plan, file: PlanFile): Promise<void> {
  for (const [name, numbers] of drawnFor(epoch, plan, file)) await writeFile(join(folder, `${name}-${epoch}`), numbers)
}

function weightsOf({ network, run }: Plan): Float32Array {
  const parts = [...initialWeights(network, run.seed).values()]
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const sharesOf = ({ run, steps }: Plan): Float64Array =>
  Float64Array.from({ length: steps }, (_, step) => schedules[run.schedule ?? 'constant'](step, steps))

/** What an epoch draws: order, shifts, masks, and the mini-batches that the noise is taken from. */
function* drawnFor(epoch: number, plan: Plan, file: PlanFile): Generator<Drawn, void> {
  const { run, batch, stepsPerEpoch, steps, network } = plan
  const order = plan.order(epoch)
  yield ['order', order]
  if (file.augment) yield ['shifts', shiftsOf(order, run.seed, epoch)]
  const dropped = droppedBy(network)
  const first = (epoch - 1) * stepsPerEpoch
  if (file.masks) {
    const gradients = Array.from({ length: Math.min(stepsPerEpoch, steps - first) }, (_, k) => ({
      images: Math.min(batch, order.length - k * batch),
      seed: mixed(run.seed, first + k),
    }))
    yield ['masks', maskBits(dropped, gradients, file.chunk)]
  }
  if (file.gradientNoise === null) return
  const drawn = noiseOf(plan, epoch, file.gradientNoise)
  yield ['noise', drawn.indices]
  const gradients = drawn.seeds.map(seed => ({ images: batch, seed }))
  if (file.masks) yield ['noise-masks', maskBits(dropped, gradients, file.chunk)]
}

/** Right, down and mirrored of each image, in this order of images. */
function shiftsOf(order: Uint32Array, seed: number, epoch: number): Int8Array {
  const shifts = new Int8Array(3 * order.length)
  for (const [k, index] of order.entries()) {
    const { right, down, mirrored } = shiftOf(seed, epoch, index)
    shifts.set([right, down, Number(mirrored)], 3 * k)
  }
  return shifts
}

/** The mini-batches that `gradientNoise` draws, and the seeds of their masks. */
function noiseOf({ run, train, batch }: Plan, epoch: number, count: number): { indices: Uint32Array; seeds: number[] } {
  const next = words(mixed(mixed(run.seed, epoch), purposes.noise))
  const indices = new Uint32Array(count * batch)
  const seeds: number[] = []
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < batch; i++) indices[k * batch + i] = train[below(next, train.length)]!
    seeds.push(next())
  }
  return { indices, seeds }
}
