import { join } from 'node:path'
import { csvText } from '../../report/csv-text.ts'
import type { DataSet } from '../../train/data/images.ts'
import type { Comparison } from '../../train/pytorch/compare.ts'
import type { Task } from '../../train/study/record.ts'
import type { Study } from '../../train/study/study.ts'
import { tell, writeWhole } from '../output.ts'
import type { Lanes } from './lanes.ts'

/** Steps of a run that are compared one by one, and the seeds. */
const compared = { steps: 30, seeds: 5 } as const

export const inStepFile = 'in-step.csv'

/** Makes the first steps of the runs of every arm in Lockstep and in PyTorch; gives what came of it in sentences. */
export async function inStep(
  out: string,
  { reference }: Lanes,
  { study, tasks, data, signal }: { study: Study; tasks: readonly Task[]; data: DataSet; signal: AbortSignal },
): Promise<string[]> {
  if (!reference) return []
  const { compareWithPytorch } = await import('../../train/pytorch/compare.ts')
  const seeds = study.seeds.slice(0, compared.seeds)
  const found: { readonly arm: string; readonly comparison: Comparison }[] = []
  for (const { name } of study.arms) {
    tell(`In step with PyTorch: ${name}, the first ${compared.steps} steps under ${seeds.length} seeds.`)
    const { run } = tasks.find(({ arm }) => arm === name)!
    const settings = { seeds, steps: compared.steps, signal }
    found.push({
      arm: name,
      comparison: await compareWithPytorch(reference.engine, reference.pytorch, data, run, settings),
    })
  }
  writeWhole(join(out, inStepFile), table(found))
  return found.map(({ arm, comparison }) => sentence(arm, comparison))
}

function table(found: readonly { readonly arm: string; readonly comparison: Comparison }[]): string {
  const head = ['arm', 'seed', 'step', 'loss in Lockstep', 'loss in PyTorch', 'loss in PyTorch, float64']
  const rows = found.flatMap(({ arm, comparison }) =>
    comparison.losses.map(({ seed, step, lockstep, pytorch, exact }) => [arm, seed, step, lockstep, pytorch, exact]),
  )
  return csvText([head, ...rows])
}

function sentence(arm: string, { steps, ratio, limit, agrees, seeds, bySeed }: Comparison): string {
  const [first, last] = [steps[0]!, steps.at(-1)!]
  const size = (value: number): string => value.toExponential(1)
  const verdict = agrees
    ? 'which is no more than two implementations that round alike may differ'
    : 'which is MORE than two implementations that round alike may differ'
  return `${arm}: losses of Lockstep and PyTorch differ by ${size(first.relative)} of the loss at most in step 1 and ${size(last.relative)} in step ${last.step} (${seeds.length} seeds); Lockstep is ${ratio.toFixed(2)} times as far from PyTorch in float64 as PyTorch in float32 is, ${verdict} (at most ${limit.toFixed(1)} times).${parted(bySeed, limit)}`
}

/** Seeds whose runs parted for good, which the median hides. */
function parted(bySeed: Comparison['bySeed'], limit: number): string {
  const far = bySeed.filter(({ ratio }) => ratio > limit)
  if (far.length === 0) return ''
  return ` Under ${far.map(({ seed, ratio }) => `seed ${seed} it is ${ratio.toFixed(0)} times as far`).join(', under ')}: docs/cifar10-pytorch.md says how runs part.`
}
