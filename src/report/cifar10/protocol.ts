import type { RunSpec } from '../../train/loop/run.ts'
import { models } from '../../train/models/table.ts'
import type { RunRecord } from '../../train/study/record.ts'
import { count, plural } from '../numbers.ts'
import type { Analysis } from './analysis.ts'
import { imagesOf } from './measures.ts'
import { listed } from './units.ts'

/** What all runs have in common, and what differs, in sentences: nets, batches, budgets, seeds. */
export function protocolOf({ study, groups, searches }: Analysis): string[] {
  const runs = groups.flatMap(({ group }) => group.runs)
  const { search } = study
  const searched = [...searches].reduce((sum, { tried }) => sum + tried.length, 0)
  return [
    ...(runs.length > 0
      ? [`Runs that count: ${describe(runs)}. They are measured on the test images after each epoch.`]
      : []),
    `Seeds: ${study.seeds.join(', ')}. A seed decides initial weights, the order of the images, augmentation and dropout, and is the same for all arms.`,
    ...(search && searched > 0
      ? [
          `Search: ${plural(search.budget, 'run')} an arm, the same for all, with seed ${search.seed}, evenly spread over the space of the study file, trained on nine tenths of the training images and measured on the rest. The last validation accuracy decides; no test image was looked at.`,
        ]
      : []),
  ]
}

/** What differs between arms is listed with all its values. */
function describe(runs: readonly RunRecord[]): string {
  const values = (of: (run: RunSpec, record: RunRecord) => string | undefined): string =>
    listed([...new Set(runs.flatMap(record => of(record.run, record) ?? []))])
  const parts = [
    values(({ model }) => (Object.hasOwn(models, model) ? `${model} (${titleOf(model)})` : model)),
    values(({ epochs, steps }) => (steps === undefined ? plural(epochs, 'epoch') : `at most ${plural(steps, 'step')}`)),
    values((_, record) => imagesIn(record)),
    values(({ batch }) => (batch === 'full' ? 'all images a step' : `${plural(batch, 'image')} a step`)),
    values(({ measured }) =>
      measured === undefined
        ? undefined
        : `measured on ${count(measured)} images that are trained on, and as many that are not`,
    ),
    values(({ schedule = 'constant' }) => `${schedule} rate`),
    values(({ augment }) => (augment ? 'mirrored and cropped at random' : undefined)),
  ]
  return parts.filter(Boolean).join('; ')
}

const titleOf = (model: string): string => models[model as keyof typeof models].title.toLowerCase()

/** Where the record does not tell, what is estimated from its steps is told as nearly so. */
function imagesIn(record: RunRecord): string | undefined {
  const images = imagesOf(record)
  const isKnown = record.run.subset !== undefined || record.data.name === 'CIFAR-10'
  return images === undefined ? undefined : `${isKnown ? '' : 'about '}${count(Math.round(images))} training images`
}
