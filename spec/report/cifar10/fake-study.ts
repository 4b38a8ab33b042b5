import { mixed, normals } from '../../../src/numbers/random.ts'
import type { RunSpec } from '../../../src/train/loop/run.ts'
import type { Figure, Phase, RunRecord } from '../../../src/train/study/record.ts'
import { idOf } from '../../../src/train/study/record.ts'
import { pointsOf } from '../../../src/train/study/space.ts'
import type { Arm, Study } from '../../../src/train/study/study.ts'

/** How an arm of a made-up study behaves. */
export interface Behaviour {
  /** The test accuracy that its runs come to, in percent, and how it scatters over seeds. */
  readonly top: number
  readonly scatter?: number
  /** Training minus test accuracy, in points. */
  readonly gap?: number
  /** Seeds whose runs diverge in their second epoch. */
  readonly diverges?: readonly number[]
  /** What each layer's gradient is of the next one's. */
  readonly vanishing?: number
  readonly noise?: number
  readonly speed?: number
  /** The best rate; the validation accuracy falls with the square of its distance in decades. */
  readonly rate?: number
}

interface Made {
  readonly epochs?: number
  readonly engine?: string
  readonly behaviour: Readonly<Record<string, Behaviour>>
  readonly images?: number
}

/** A number of a seed, normal or nearly. */
const normal = (...seed: number[]): number => normals(mixed(...seed)).next().value

const layers = ['dense1', 'dense2', 'dense3', 'dense4', 'dense5', 'dense6', 'output']

function figuresOf(run: RunSpec, arm: number, phase: Phase, how: Behaviour, made: Made): [Figure[], boolean] {
  const { top, scatter = 0.4, gap = 3, vanishing, noise, speed = 900 } = how
  const { epochs = 8, images = 50_000 } = made
  const steps = run.batch === 'full' ? 1 : Math.ceil(images / run.batch)
  const lr = typeof run.hyper?.lr === 'number' ? run.hyper.lr : 0.01
  const off = how.rate ? Math.log10(lr / how.rate) ** 2 : 0
  const reach =
    phase === 'search'
      ? Math.max(11, top - 14 * off)
      : top + scatter * normal(run.seed, arm) + 0.6 * normal(run.seed, 99)
  const diverges = (how.diverges ?? []).includes(run.seed) || (phase === 'search' && off > 2.6 && lr > (how.rate ?? 1))
  const figures: Figure[] = []
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const add = (metric: string, value: number, step = epoch * steps): void => {
      figures.push({ epoch, step, metric, value })
    }
    if (diverges && epoch === 2) {
      add('diverged', 1, steps + 7)
      return [figures, true]
    }
    const share = (e: number): number => 1 - Math.exp(-e / (1.1 + (arm % 50) * 0.15))
    const windows = Math.max(1, Math.min(400, Math.floor(steps / 50)))
    for (let w = 1; w <= windows; w++) {
      const at = epoch - 1 + w / windows
      add('batch_loss', 2.3 - 1.6 * share(at) + 0.03 * normal(run.seed, arm, epoch, w), Math.round(at * steps))
    }
    if (vanishing)
      layers.forEach((layer, k) => {
        add(
          `gradient_norm/${layer}.weight`,
          0.5 * vanishing ** (layers.length - k) * Math.exp(0.2 * normal(run.seed, k)),
        )
      })
    const accuracy = (10 + (reach - 10) * share(epoch)) / 100
    add('images_per_second', speed * (1 + 0.03 * normal(run.seed, arm, epoch, 5)))
    add('lr', lr)
    add('train_loss', 2.2 - 1.7 * share(epoch))
    add('train_accuracy', accuracy + ((gap + 0.1 * gap * normal(run.seed, arm, 3)) / 100) * (epoch / epochs))
    const held = phase === 'search' ? 'validation' : 'test'
    add(`${held}_loss`, 2.2 - 1.5 * share(epoch) + 0.01 * normal(run.seed, arm, epoch, 7))
    add(`${held}_accuracy`, accuracy)
    if (noise) {
      add('gradient_noise', noise * (1 + 0.1 * epoch) * Math.exp(0.1 * normal(run.seed, epoch)))
      add('gradient_square', 0.1 / epoch)
    }
  }
  return [figures, false]
}

const machines: Readonly<Record<string, Record<string, string>>> = {
  native: { tfjs: '4.22.0', tensorflow: '2.21.0', node: '20.19.5' },
  pytorch: { torch: '2.15.0', python: '3.12.3' },
}

function recordOf(study: Study, arm: Arm, phase: Phase, run: RunSpec, made: Made): RunRecord {
  const engine = made.engine ?? 'native'
  const data = { name: 'CIFAR-10', fingerprint: 'c0ffee'.repeat(10).padEnd(64, '0') }
  const how = made.behaviour[arm.name]!
  const [figures, diverged] = figuresOf(run, study.arms.indexOf(arm) + (engine === 'native' ? 0 : 50), phase, how, made)
  const task = { study: study.id, arm: arm.name, phase, run, watch: study.watch }
  return {
    record: 'lockstep-run-1',
    id: idOf(task, engine, data),
    ...task,
    outcome: diverged ? 'diverged' : 'finished',
    machine: { engine, device: '2 × Intel Xeon @ 2.80GHz', versions: machines[engine]! },
    data,
    lockstep: '0.1.0',
    ended: `2026-01-01T00:${String(run.seed % 60).padStart(2, '0')}:00.000Z`,
    seconds: ((made.images ?? 50_000) * (made.epochs ?? 8)) / (how.speed ?? 900),
    figures,
  }
}

/** All runs of a study, made up from how its arms behave. The same again gives the same. */
export function recordsOf(study: Study, made: Made): RunRecord[] {
  const defaults = { model: 'conv4', batch: 128, epochs: made.epochs ?? 8 } as const
  const searched = study.arms.flatMap(arm =>
    study.search && Object.keys(arm.space).length > 0
      ? pointsOf(arm.space, study.search.budget).map(point =>
          recordOf(
            study,
            arm,
            'search',
            {
              ...defaults,
              ...arm.run,
              rule: arm.rule,
              hyper: { ...arm.hyper, ...point },
              seed: study.search!.seed,
              evaluate: 'validation',
            },
            made,
          ),
        )
      : [],
  )
  const final = study.seeds.flatMap(seed =>
    study.arms.map(arm =>
      recordOf(
        study,
        arm,
        'final',
        {
          ...defaults,
          ...arm.run,
          rule: arm.rule,
          hyper: { ...arm.hyper, ...(arm.space.lr && { lr: made.behaviour[arm.name]!.rate ?? 0.01 }) },
          seed,
          evaluate: 'test',
        },
        made,
      ),
    ),
  )
  return [...searched, ...final]
}

const armOf = (name: string, fields: Partial<Arm> = {}): Arm => ({
  name,
  rule: 'adam/pytorch',
  hyper: {},
  run: {},
  space: {},
  ...fields,
})
const seeds = [11, 12, 13, 14, 15]

const rules: Readonly<Record<string, Behaviour>> = {
  sgd: { top: 68.1, rate: 0.05, gap: 2 },
  momentum: { top: 71.4, rate: 0.01, gap: 4 },
  nesterov: { top: 71.6, rate: 0.01, gap: 4 },
  adagrad: { top: 66.3, rate: 0.01, gap: 1 },
  rmsprop: { top: 70.2, rate: 0.0007, gap: 6, diverges: [13] },
  adadelta: { top: 67.4, rate: 1, gap: 2 },
  adam: { top: 72.3, rate: 0.001, gap: 6 },
  adamw: { top: 72.5, rate: 0.001, gap: 6 },
}

/** The seven rules of the lecture and adamw, with a search. */
export const optimizers: Study = {
  id: 'optimizers',
  title: 'Eight optimizers on CIFAR-10',
  question: 'Which rule trains a small convolutional network best at an equal budget?',
  caution:
    'One network of 0.3 million parameters, eight epochs and one data set: nothing here says how these rules compare on larger networks, longer runs or other data.',
  arms: Object.entries(rules).map(([name, { rate }]) =>
    armOf(name, {
      rule: `${name}/pytorch`.replace(/^(momentum|nesterov)/, 'sgd'),
      space: { lr: { log: [rate! / 50, rate! * 50] } },
    }),
  ),
  search: { budget: 9, seed: 7, run: {} },
  seeds,
  watch: {},
  target: 0.6,
}
export const optimizerRecords = (): RunRecord[] => recordsOf(optimizers, { behaviour: rules })

const remedied: Readonly<Record<string, Behaviour>> = {
  plain: { top: 70, gap: 18, vanishing: 0.9 },
  'with L2': { top: 71.2, gap: 11, vanishing: 0.9 },
  'with dropout': { top: 72.6, gap: 5, vanishing: 0.85 },
  'with batch normalization': { top: 74.4, gap: 14, vanishing: 1 },
  'sigmoid, naive initialization': { top: 41, gap: 1, vanishing: 0.12 },
}

/** Remedies against a plain network. */
export const remedies: Study = {
  id: 'remedies',
  title: 'Remedies of the lecture',
  question: 'What does each remedy do for a plain network?',
  caution: 'One network, one rate for all.',
  arms: Object.keys(remedied).map(name => armOf(name)),
  seeds,
  watch: { gradientNorms: 100 },
  baseline: 'plain',
}
export const remedyRecords = (): RunRecord[] => recordsOf(remedies, { behaviour: remedied, epochs: 6 })

const sized: Readonly<Record<string, Behaviour>> = {
  'one example': { top: 61, scatter: 1.2, noise: 40, speed: 190 },
  '16 examples': { top: 68, noise: 2.6, speed: 620 },
  '128 examples': { top: 66, noise: 0.32, speed: 930 },
  'all examples': { top: 31, speed: 1010 },
}
const batchOf: Readonly<Record<string, number | 'full'>> = {
  'one example': 1,
  '16 examples': 16,
  '128 examples': 128,
  'all examples': 'full',
}

/** Batches from one example to all. */
export const batches: Study = {
  id: 'batch',
  title: 'The batch axis',
  question: 'What do small and large batches cost and give?',
  caution: 'Three epochs of a small network.',
  arms: Object.keys(sized).map(name => armOf(name, { rule: 'sgd/pytorch', run: { batch: batchOf[name]! } })),
  seeds: [11, 12, 13],
  watch: { gradientNoise: 8 },
}
export const batchRecords = (): RunRecord[] => recordsOf(batches, { behaviour: sized, epochs: 3 })

/** The same two arms in PyTorch. */
export const engines: Study = {
  ...optimizers,
  id: 'engines',
  title: 'In step with PyTorch',
  question: 'Does the same run in PyTorch come to the same?',
  arms: [armOf('adam'), armOf('adam, batch normalization', { run: { remedies: { batchNorm: true } } })],
}
const twice: Readonly<Record<string, Behaviour>> = {
  adam: { top: 72.3, speed: 940 },
  'adam, batch normalization': { top: 75, speed: 640 },
}
export const engineRecords = (): RunRecord[] => [
  ...recordsOf(engines, { behaviour: twice }),
  ...recordsOf(engines, { behaviour: twice, engine: 'pytorch' }),
]
