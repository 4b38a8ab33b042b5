import type { Analysis } from '../analysis.ts'
import { type Curve, type CurvePoint, curvesOf } from '../curves.ts'
import { type LinePlot, linePlot } from './lines.ts'
import { looksOf } from './looks.ts'
import type { Plot } from './svg.ts'

/** What stands under every plot of means. */
export const bandNote = 'Lines are means over seeds, bands 95 % t-intervals of the mean.'

type Kind = Pick<LinePlot, 'name' | 'title' | 'x' | 'y'> & {
  readonly metric: string
  readonly note?: string
  readonly along: (point: CurvePoint) => number | undefined
  /** What a value is multiplied by to be in the unit of the axis. */
  readonly unit?: number
}

const byEpoch = { x: { title: 'epoch', whole: true }, along: ({ epoch }: CurvePoint) => epoch } as const
const batchLoss = { title: 'cross entropy of training batches (nats)' } as const

const training: readonly Kind[] = [
  {
    name: 'accuracy',
    title: 'Test accuracy',
    metric: 'test_accuracy',
    y: { title: 'test accuracy (%)' },
    unit: 100,
    ...byEpoch,
  },
  { name: 'loss', title: 'Training loss', metric: 'batch_loss', y: batchLoss, ...byEpoch },
  {
    name: 'test-loss',
    title: 'Test loss',
    metric: 'test_loss',
    y: { title: 'cross entropy of the test images (nats)' },
    ...byEpoch,
  },
]

/** What a study of batch sizes shows beside them. */
const batches: readonly Kind[] = [
  {
    name: 'loss-by-examples',
    title: 'Training loss by examples seen',
    metric: 'batch_loss',
    x: { title: 'images seen', log: true, format: '~s' },
    y: batchLoss,
    along: ({ examples }) => examples,
    note: 'The same abscissa is the same work: small batches make more steps of it.',
  },
  {
    name: 'loss-by-steps',
    title: 'Training loss by steps',
    metric: 'batch_loss',
    x: { title: 'steps', log: true, format: '~s' },
    y: batchLoss,
    along: ({ step }) => step,
    note: 'A step of a larger batch takes more work and has less noise.',
  },
]

/** Loss and accuracy over the runs. */
export const trainingPlots = (analysis: Analysis): Promise<Plot[]> => plotsOf(analysis, training)

/** Loss by examples and by steps, where arms differ in their batches. */
export function batchPlots(analysis: Analysis): Promise<Plot[]> {
  const sizes = new Set(analysis.groups.map(({ group }) => group.runs[0]!.run.batch))
  return sizes.size > 1 ? plotsOf(analysis, batches) : Promise.resolve([])
}

async function plotsOf({ study, groups }: Analysis, kinds: readonly Kind[]): Promise<Plot[]> {
  const all = groups.map(({ group }) => group)
  const metrics = new Set(kinds.map(({ metric }) => metric))
  const curves = await curvesOf(all, metric => metrics.has(metric))
  const looks = looksOf(study, all)
  return kinds.flatMap(({ metric, note, along, unit = 1, ...kind }) => {
    const lines = curves
      .filter(curve => curve.metric === metric)
      .map(({ group, points }: Curve) => ({
        name: group,
        points: points.flatMap(point => pointsAt(point, along, unit)),
      }))
    if (!lines.some(({ points }) => points.length > 1)) return []
    const caption = note === undefined ? bandNote : `${bandNote} ${note}`
    return [linePlot({ ...kind, caption, lines, looks })]
  })
}

function pointsAt(point: CurvePoint, along: Kind['along'], unit: number): LinePlot['lines'][number]['points'] {
  const x = along(point)
  if (x === undefined) return []
  const { mean, low, high } = point
  return [{ x, y: unit * mean, ...(low !== undefined && high !== undefined && { low: unit * low, high: unit * high }) }]
}
