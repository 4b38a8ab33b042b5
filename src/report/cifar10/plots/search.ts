import type { Analysis } from '../analysis.ts'
import { chance } from '../measures.ts'
import { linePlot } from './lines.ts'
import { looksOf } from './looks.ts'
import type { Plot } from './svg.ts'

const y = { title: 'validation accuracy (%)' }

/** What the search tells: how much the rate matters, and how soon a good setting is found. */
export function searchPlots({ study, searches }: Analysis): Plot[] {
  if (searches.length === 0) return []
  const looks = looksOf(
    study,
    study.arms.map(arm => ({ name: arm.name, arm, engine: '' })),
  )
  const rates = searches.map(({ arm, tried }) => ({
    name: arm,
    points: tried
      .flatMap(({ lr, accuracy, diverged }) =>
        lr === undefined ? [] : [{ x: lr, y: 100 * accuracy, failed: diverged }],
      )
      .sort((a, b) => a.x - b.x),
  }))
  const failed = rates.some(({ points }) => points.some(point => point.failed))
  const best = searches.map(({ arm, bestOf }) => ({
    name: arm,
    points: bestOf.map((accuracy, k) => ({ x: k + 1, y: 100 * accuracy })),
  }))
  return [
    ...(rates.some(({ points }) => new Set(points.map(({ x }) => x)).size > 1)
      ? [
          linePlot({
            name: 'learning-rate',
            title: 'Sensitivity to the learning rate',
            caption: `One dot a run of the search, on images set aside.${others(study.arms)}${failed ? ` A cross: the run diverged; it stands at ${100 * chance} %, what guessing gets right.` : ''}`,
            x: { title: 'learning rate', log: true, format: '~g' },
            y,
            lines: rates,
            looks,
            dots: true,
          }),
        ]
      : []),
    ...(best.some(({ points }) => points.length > 1)
      ? [
          linePlot({
            name: 'best-of-k',
            title: 'What a search of k runs finds',
            caption: `The expected best of k runs drawn from the search, without replacement (after Dodge et al. 2019)${failed ? `; a run that diverged counts as ${100 * chance} %` : ''}. It is about this search space: a narrower one makes every curve flatter.`,
            x: { title: 'runs of the search', whole: true },
            y: { title: 'expected best validation accuracy (%)' },
            lines: best,
            looks,
            dots: true,
          }),
        ]
      : []),
  ]
}

/** That other hyper-parameters change along, where they do. */
const others = (arms: Analysis['study']['arms']): string =>
  arms.some(({ space }) => Object.keys(space).some(name => name !== 'lr'))
    ? ' Where more than the rate is searched, the others change along, so that a line is not smooth.'
    : ''
