import type { Study } from '../../../train/study/study.ts'
import type { Group } from '../groups.ts'
import { palette } from './palette.ts'

/** How a group is drawn in all plots. */
export interface Look {
  readonly colour: string
  /** Lengths of dashes and gaps, in pixels; none is a whole line. */
  readonly dash: readonly number[]
}

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2.5], [9, 3, 2, 3]]

/** From here on an arm's line is dashed too: more colours than this are hard to follow. */
const plainColours = 4

/** A colour an arm; dashes tell engines apart where there are several, else the later arms. */
export function looksOf(study: Study, groups: readonly Pick<Group, 'name' | 'arm' | 'engine'>[]): Map<string, Look> {
  const engines = [...new Set(groups.map(({ engine }) => engine))]
  const arms = study.arms.map(({ name }) => name)
  return new Map(
    groups.map(({ name, arm, engine }) => {
      const at = arms.indexOf(arm.name)
      const turn = engines.length > 1 ? engines.indexOf(engine) : Math.floor(at / plainColours)
      return [name, { colour: palette[at % palette.length]!.light, dash: dashes[turn % dashes.length]! }]
    }),
  )
}
