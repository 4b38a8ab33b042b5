import type { RunSpec } from '../loop/run.ts'
import type { RunRecord, Task } from './record.ts'
import { pointsOf } from './space.ts'
import { type Arm, type RunFields, type Study, StudyError } from './study.ts'

/** A run has to say how long it is and how many examples a step takes; a study that does not gets these. */
const defaults = { model: 'conv4', batch: 128, epochs: 5 } as const

const runOf = (arm: Arm, more: RunFields, rest: Pick<RunSpec, 'hyper' | 'seed' | 'evaluate'>): RunSpec => ({
  ...defaults,
  ...arm.run,
  ...more,
  rule: arm.rule,
  ...rest,
})

/** The runs that choose hyper-parameters: as many for every arm that has a space. */
export function searchTasks({ id, arms, search }: Study): Task[] {
  if (!search) return []
  const { budget, seed, run } = search
  return arms
    .filter(({ space }) => Object.keys(space).length > 0)
    .flatMap(arm =>
      pointsOf(arm.space, budget).map(
        (point): Task => ({
          study: id,
          arm: arm.name,
          phase: 'search',
          run: runOf(arm, run, { hyper: { ...arm.hyper, ...point }, seed, evaluate: 'validation' }),
          watch: {},
        }),
      ),
    )
}

/** The runs that count, with the hyper-parameters that were chosen: all arms under one seed, then under the next. */
export const finalTasks = (study: Study, chosen: ReadonlyMap<string, Arm['hyper']>): Task[] =>
  study.seeds.flatMap(seed =>
    study.arms.map(
      (arm): Task => ({
        study: study.id,
        arm: arm.name,
        phase: 'final',
        run: runOf(arm, {}, { hyper: chosen.get(arm.name) ?? arm.hyper, seed, evaluate: 'test' }),
        watch: study.watch,
      }),
    ),
  )

/** The last value of a figure in a run; undefined where it was never measured. */
export const lastOf = ({ figures }: Pick<RunRecord, 'figures'>, metric: string): number | undefined =>
  figures.findLast(figure => figure.metric === metric)?.value

/** How well a run of the search did: its last validation accuracy; below all others where it diverged. */
export const searchScore = (record: RunRecord): number =>
  record.outcome === 'diverged' ? Number.NEGATIVE_INFINITY : (lastOf(record, 'validation_accuracy') ?? Number.NaN)

/** The hyper-parameters of every arm: those of the best run of its search, the first of equals. */
export function choose(study: Study, records: readonly RunRecord[]): Map<string, Arm['hyper']> {
  const chosen = new Map<string, Arm['hyper']>()
  for (const { name, hyper, space } of study.arms) {
    const own = records.filter(({ arm, phase }) => phase === 'search' && arm === name)
    if (Object.keys(space).length === 0) chosen.set(name, hyper)
    else {
      const best = own.reduce<RunRecord | undefined>(
        (a, b) => (a && searchScore(a) >= searchScore(b) ? a : b),
        undefined,
      )
      if (!best || searchScore(best) === Number.NEGATIVE_INFINITY)
        throw new StudyError(
          `Every run of the search for ${name} diverged, or none was made; widen its space in the study file.`,
        )
      chosen.set(name, best.run.hyper ?? {})
    }
  }
  return chosen
}
