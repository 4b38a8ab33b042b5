import type { Judgement } from '../../src/checks/judgement.ts'
import { judgeTrace } from '../../src/checks/lockstep.ts'
import { GoldenFiles } from '../../src/guests/golden-files.ts'
import { recorded } from '../../src/guests/recorded.ts'
import { type Arithmetic, ieee } from '../../src/language/arithmetic.ts'
import type { Rule } from '../../src/language/rule.ts'
import { remember } from '../../src/numbers/remember.ts'
import { arithmetics } from '../../src/rules/arithmetics.ts'
import { families } from '../../src/rules/index.ts'
import { drive } from '../../src/subject/driver.ts'
import type { Trace } from '../../src/subject/scenario.ts'

export const files = new GoldenFiles()

export const recordingNames = ['pytorch-ieee', 'pytorch', 'keras', 'optax'] as const
export type RecordingName = (typeof recordingNames)[number]

export const arithmeticOf: Readonly<Record<RecordingName, Arithmetic>> = {
  'pytorch-ieee': ieee,
  pytorch: arithmetics.pytorch,
  keras: arithmetics.keras,
  optax: arithmetics.optax,
}

export const familyIds = families.map(({ id }) => id)

const played = new Map<string, Promise<Trace[]>>()

/** Every record of one family of a recording as a trace, played through the recorded subject; decoded once. */
export const tracesOf = (recording: RecordingName, family: string): Promise<Trace[]> =>
  remember(played, `${recording}/${family}`, () => playAll(recording, family))

async function playAll(recording: RecordingName, family: string): Promise<Trace[]> {
  const file = files.family(recording, family)
  if (!file) return []
  const subject = recorded(recording, { gradients: files.gradients, families: [file] }, arithmeticOf[recording])
  const traces: Trace[] = []
  for (const scenario of await subject.scenarios!(family)) traces.push(await drive(subject, scenario))
  return traces
}

/** What a recorded trace shows of a rule: to the bit for the recording on IEEE arithmetic, within the bound for all others. */
export const judge = (rule: Rule, recording: RecordingName, trace: Trace): Judgement =>
  judgeTrace(rule, arithmeticOf[recording], trace, recording === 'pytorch-ieee')
