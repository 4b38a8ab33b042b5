import { basename } from 'node:path'
import { pythonFile } from '../../guests/python-path.ts'
import { findRule } from '../../rules/lookup.ts'
import type { DataSet } from '../../train/data/images.ts'
import { type ChosenEngine, chooseEngine } from '../../train/engines/choose.ts'
import type { PytorchTrainer } from '../../train/pytorch/trainer.ts'
import { engineTrainer, type Trainer } from '../../train/study/sweep.ts'
import { UsageError } from '../failures.ts'
import { tell } from '../output.ts'
import { pythonHere } from '../python.ts'
import type { BenchOptions } from './questions.ts'

/** Who makes runs, and of which arms; absent: of all. */
export interface Lane {
  readonly trainer: Trainer
  readonly arm?: string
}

/** Who makes the runs of a study; the first one searches. With a reference, what compares the first steps, too. */
export interface Lanes {
  readonly lanes: readonly [Lane, ...Lane[]]
  readonly reference?: { readonly engine: ChosenEngine; readonly pytorch: PytorchTrainer }
}

/** One of Lockstep's engines, with PyTorch beside it where that is asked for; PyTorch alone for a user's class. */
export async function lanesFor(options: BenchOptions, data: DataSet): Promise<Lanes> {
  const { subject, against, hyper } = options
  if (subject !== undefined) {
    const { file, object } = pythonFile(subject)!
    const plain = await pytorch(options, data)
    const theirs = await pytorch(options, data, { file, ...(object !== undefined && { object }), hyper })
    const key = `pytorch ${JSON.stringify([subject, theirs.machine.versions[basename(file)]])}`
    tell(`Engine: ${plain.machine.engine}, ${plain.machine.device}.`)
    return {
      lanes: [
        { trainer: plain, arm: findRule(against!).id },
        { trainer: { ...theirs, key }, arm: nameOf(subject) },
      ],
    }
  }
  const engine = await chooseEngine(options.engine)
  const own: Lane = { trainer: engineTrainer(engine, data) }
  tellEngine(engine)
  if (options.reference === undefined) return { lanes: [own] }
  const reference = await pytorch(options, data)
  tell(`Reference: ${reference.machine.device}.`)
  return { lanes: [own, { trainer: reference }], reference: { engine, pytorch: reference } }
}

/** The arm of a user's class is called by its name, or by that of its file. */
export const nameOf = (subject: string): string => {
  const { file, object } = pythonFile(subject) ?? { file: subject }
  return object ?? basename(file, '.py')
}

async function pytorch(
  { python, data: directory }: BenchOptions,
  data: DataSet,
  subject?: { readonly file: string; readonly object?: string; readonly hyper: BenchOptions['hyper'] },
): Promise<PytorchTrainer> {
  const found = await pythonHere(python)
  if (!found)
    throw new UsageError(
      'There is no Python with PyTorch here.',
      'Get one with: npx lockstep setup frameworks --only torch,numpy',
    )
  const { pytorchTrainer } = await import('../../train/pytorch/trainer.ts')
  return pytorchTrainer({
    python: found.python,
    data,
    ...(directory !== undefined && { directory }),
    ...(subject && { subject }),
  })
}

function tellEngine({ description: { engine, device, notice }, notTaken }: ChosenEngine): void {
  tell(`Engine: ${engine}, ${device}.${notice ? ` ${notice}` : ''}`)
  const [faster] = notTaken
  if (faster?.engine === 'native') tell(`  Faster: native. ${faster.hint}`)
}
