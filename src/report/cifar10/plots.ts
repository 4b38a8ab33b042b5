import type { Analysis } from './analysis.ts'
import { noisePlots, normPlots } from './plots/gradients.ts'
import { resultPlots } from './plots/results.ts'
import { searchPlots } from './plots/search.ts'
import type { Plot } from './plots/svg.ts'
import { batchPlots, trainingPlots } from './plots/training.ts'

/** What can be plotted, in the order of the report; each gives nothing where there are no data for it. */
const kinds: readonly ((analysis: Analysis) => Plot[] | Promise<Plot[]>)[] = [
  trainingPlots,
  resultPlots,
  batchPlots,
  noisePlots,
  normPlots,
  searchPlots,
]

/** Every plot that a study has data for. */
export const plotsOf = async (analysis: Analysis): Promise<Plot[]> =>
  (await Promise.all(kinds.map(kind => kind(analysis)))).flat()
