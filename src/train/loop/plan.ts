import { completeHyper } from '../../derive/hyper.ts'
import type { HyperValues } from '../../derive/stepper.ts'
import { loadRuleText } from '../../language/load.ts'
import type { Rule } from '../../language/rule.ts'
import { remember } from '../../numbers/remember.ts'
import { findRule } from '../../rules/index.ts'
import { type Moments, momentsOf } from '../data/batches.ts'
import type { DataSet, Images } from '../data/images.ts'
import { epochOrder } from '../data/order.ts'
import { splitImages, subsetOf } from '../data/split.ts'
import { buildNetwork, RunError } from '../models/build.ts'
import type { Network } from '../models/spec.ts'
import { checkRun, type RunSpec } from './run.ts'
import { schedules } from './schedule.ts'

/** All that is settled before the first step, without any engine: what another framework needs to make the same run. */
export interface Plan {
  readonly run: RunSpec
  readonly network: Network
  readonly rule: Rule
  /** Complete, with the defaults of the rule. */
  readonly hyper: HyperValues
  /** Indices of the images that are trained on, ascending. */
  readonly train: Uint32Array
  /** As many of them as are measured after each epoch. */
  readonly trainSample: Uint32Array
  /** The images that are measured, and which of them. */
  readonly held: { readonly images: Images; readonly indices: Uint32Array }
  /** By which images are standardised: of the images that are trained on. */
  readonly moments: Moments
  readonly batch: number
  readonly stepsPerEpoch: number
  readonly steps: number
  /** Indices in the order in which an epoch (from 1) visits them. */
  order(epoch: number): Uint32Array
  /** The rate at a step from 0 on; undefined where the rule has none. */
  rate(step: number): number | undefined
}

/** Images set aside are the same in every run, so that runs can be compared on them. */
const splitSeed = 0
const validationShare = 0.1

interface Selected {
  readonly train: Uint32Array
  readonly trainSample: Uint32Array
  readonly held: Plan['held']
  readonly moments: Moments
}
const selections = new WeakMap<DataSet, Map<string, Selected>>()

/** Settles a run on a data set; throws a RunError, RuleError, UnknownRule or HyperError where that cannot be done. */
export function planRun(data: DataSet, run: RunSpec): Plan {
  checkRun(run)
  const network = buildNetwork(run.model, run.remedies)
  const rule = run.rule.includes('\n') ? loadRuleText(run.rule, 'the rule of the run') : findRule(run.rule)
  const hyper = completeHyper(rule, run.hyper ?? {})
  const { schedule = 'constant' } = run
  const lr = typeof hyper.lr === 'number' ? hyper.lr : undefined
  if (lr === undefined && schedule !== 'constant')
    throw new RunError(`${rule.id} has no rate (lr) for the schedule '${schedule}' to change; leave the schedule out.`)
  const known = remember(selections, data, () => new Map<string, Selected>())
  const selected = remember(known, `${run.evaluate} ${run.subset} ${run.measured}`, () => select(data, run))
  const images = selected.train.length
  const batch = run.batch === 'full' ? images : Math.min(run.batch, images)
  const stepsPerEpoch = Math.ceil(images / batch)
  const steps = Math.min(run.steps ?? Number.POSITIVE_INFINITY, run.epochs * stepsPerEpoch)
  return {
    run,
    network,
    rule,
    hyper,
    ...selected,
    batch,
    stepsPerEpoch,
    steps,
    order: epoch => epochOrder(selected.train, run.seed, epoch),
    rate: step => (lr === undefined ? undefined : lr * schedules[schedule](step, steps)),
  }
}

function select(data: DataSet, { evaluate, subset, measured }: RunSpec): Selected {
  const { labels, count } = data.train
  const aside = evaluate === 'validation' ? Math.round(validationShare * count) : 0
  const split = splitImages(labels, aside, splitSeed)
  const train = subset === undefined ? split.train : subsetOf(split.train, labels, subset, splitSeed)
  const images = evaluate === 'validation' ? data.train : data.test
  const all = evaluate === 'validation' ? split.validation : Uint32Array.from({ length: images.count }, (_, i) => i)
  const some = measured !== undefined && measured < all.length
  const held = { images, indices: some ? subsetOf(all, images.labels, measured, splitSeed + 2) : all }
  // As many as are set aside, so that the gap between the two is as sure as they are.
  const sample = subsetOf(train, labels, measured ?? Math.round(validationShare * count), splitSeed + 1)
  return { train, trainSample: sample, held, moments: momentsOf(data.train, train) }
}
