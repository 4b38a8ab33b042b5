import type { Accuracy } from './accuracy.ts'
import { projects } from './published/index.ts'
import type { ReportFate } from './reports.ts'

/** The figures of the history: faults and controls apart. */
export function historyTally(reports: readonly ReportFate[]) {
  const faults = reports.filter(({ kind }) => kind !== 'control')
  const controls = reports.filter(({ kind }) => kind === 'control')
  const formulas = faults.filter(({ kind }) => kind === 'formula')
  const rejected = ({ caught }: ReportFate): boolean => caught.every(check => check !== null)
  const told = (accuracy: Accuracy): number => faults.filter(({ diagnosed }) => diagnosed?.accuracy === accuracy).length
  return {
    faults: faults.length,
    rejected: faults.filter(rejected).length,
    missed: faults.filter(each => !rejected(each)),
    formulas: formulas.length,
    byVectors: formulas.filter(({ byVectors }) => byVectors).length,
    controls: controls.length,
    alarms: controls.filter(({ caught }) => caught.some(check => check !== null)),
    right: told('right'),
    wrong: told('wrong'),
    none: told('none'),
    published: projects.map(project => {
      const judged = faults.filter(({ accepted }) => accepted[project] !== undefined)
      return { project, judged: judged.length, accepted: judged.filter(({ accepted }) => accepted[project]).length }
    }),
  }
}

/** The same in sentences. */
export function historyLines(reports: readonly ReportFate[]): string[] {
  const { faults, rejected, missed, formulas, byVectors, controls, alarms, right, wrong, none, published } =
    historyTally(reports)
  return [
    `The history of real libraries: ${rejected} of ${faults} faults are rejected under every seed, ${byVectors} of ${formulas} wrong formulas by vectors alone; of ${controls} controls that are right, ${alarms.length} are rejected.`,
    `Diagnosed right ${right}, wrong ${wrong}, not at all ${none}.`,
    `Accepted by published tests: ${published.map(({ project, judged, accepted }) => `${project} ${accepted} of ${judged}`).join(', ')}.`,
    ...missed.map(({ rule, what }) => `Missed in ${rule}: ${what}`),
    ...alarms.map(({ rule, what }) => `False alarm in ${rule}: ${what}`),
  ]
}
