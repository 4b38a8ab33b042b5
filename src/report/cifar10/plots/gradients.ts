import type { RunRecord } from '../../../train/study/record.ts'
import { mean } from '../../../train/study/statistics.ts'
import type { Analysis } from '../analysis.ts'
import { curvesOf } from '../curves.ts'
import { grouped } from '../grouped.ts'
import type { Group } from '../groups.ts'
import { linePlot } from './lines.ts'
import { looksOf } from './looks.ts'
import type { Plot } from './svg.ts'
import { bandNote } from './training.ts'

const prefix = 'gradient_norm/'
const layerOf = (metric: string): string => metric.slice(prefix.length).replace(/\.weight$/, '')

/** One reading of the norms of a run. */
interface Reading {
  readonly step: number
  readonly norms: ReadonlyMap<string, number>
}

/** Every reading of a run, in order. */
export function readingsOf({ figures }: RunRecord): Reading[] {
  const norms = figures.filter(({ metric }) => metric.startsWith(prefix))
  return [...grouped(norms, ({ step }) => step)].map(([step, own]) => ({
    step,
    norms: new Map(own.map(({ metric, value }) => [layerOf(metric), value])),
  }))
}

/** The geometric mean over the runs of a group, by layer; a norm of 0 has no place on a logarithmic axis. */
function normsOf(runs: readonly RunRecord[], at: 0 | -1): Map<string, number> {
  const readings = runs.flatMap(run => readingsOf(run).at(at) ?? [])
  const layers = [...new Set(readings.flatMap(({ norms }) => [...norms.keys()]))]
  return new Map(
    layers.flatMap(layer => {
      const logs = readings.map(({ norms }) => Math.log(norms.get(layer) ?? 0)).filter(Number.isFinite)
      return logs.length > 0 ? [[layer, Math.exp(mean(logs))] as const] : []
    }),
  )
}

const moments = [
  { name: 'gradient-norms-start', at: 0, when: 'at the first step' },
  { name: 'gradient-norms-end', at: -1, when: 'at the last step where it was read' },
] as const

/** How the gradient changes from layer to layer. */
export function normPlots({ study, groups }: Analysis): Plot[] {
  const all = groups.map(({ group }) => group)
  return moments.flatMap(({ name, at, when }) => {
    const norms = all.map(({ name: group, runs }) => ({ group, layers: normsOf(runs, at) }))
    const names = norms.reduce<string[]>((a, { layers }) => (layers.size > a.length ? [...layers.keys()] : a), [])
    if (names.length < 2) return []
    const lines = norms.map(({ group, layers }) => ({
      name: group,
      points: [...layers].flatMap(([layer, norm]) => {
        const x = names.indexOf(layer)
        return x < 0 ? [] : [{ x, y: norm }]
      }),
    }))
    return [
      linePlot({
        name,
        title: `Gradient by layer, ${when}`,
        caption:
          'The Euclidean norm of the gradient of each layer’s weights, the geometric mean over seeds; the input is on the left.',
        x: { title: 'layer', names },
        y: { title: 'norm of the gradient', log: true, format: '~g' },
        lines,
        looks: looksOf(study, all),
        dots: true,
      }),
    ]
  })
}

/** How mini-batch gradients scatter, over the runs. */
export async function noisePlots({ study, groups }: Analysis): Promise<Plot[]> {
  const all: Group[] = groups.map(({ group }) => group)
  const curves = await curvesOf(all, metric => metric === 'gradient_noise')
  if (!curves.some(({ points }) => points.length > 1)) return []
  return [
    linePlot({
      name: 'gradient-noise',
      title: 'Noise of the gradient',
      caption: `The trace of the covariance of mini-batch gradients, estimated from batches drawn after each epoch. ${bandNote}`,
      x: { title: 'epoch', whole: true },
      y: { title: 'variance of the mini-batch gradient', log: true, format: '~g' },
      lines: curves.map(({ group, points }) => ({
        name: group,
        points: points.map(({ epoch, mean: y, low, high }) => ({
          x: epoch,
          y,
          ...(low !== undefined && high !== undefined && low > 0 && { low, high }),
        })),
      })),
      looks: looksOf(study, all),
      dots: true,
    }),
  ]
}
