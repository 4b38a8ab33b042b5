import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stringify } from 'yaml'
import type { HyperValues } from '../../derive/stepper.ts'
import { pythonFile } from '../../guests/python-path.ts'
import { findRule } from '../../rules/lookup.ts'
import { readStudy } from '../../train/study/file.ts'
import type { Study } from '../../train/study/study.ts'
import { didYouMean, UsageError } from '../failures.ts'
import { packageRoot } from '../package.ts'
import { isRuleFile, readRule } from '../rule-source.ts'
import { nameOf } from './lanes.ts'
import type { BenchOptions } from './questions.ts'

/** The studies that come with Lockstep, in studies/. */
const named = ['quick', 'optimizers', 'remedies', 'gradients', 'batch', 'pytorch'] as const

/** A study, and the text of the file that says it. */
export interface GivenStudy {
  readonly study: Study
  readonly text: string
}

/** The study that was asked for: one of Lockstep's, a file, or one that is made of the rules that were named. */
export async function studyFor(options: BenchOptions): Promise<GivenStudy> {
  const { study: asked, rule, quick } = options
  if (rule.length > 0 && asked !== undefined)
    throw new UsageError('--rule and --study exclude each other.', 'A study file names its own rules, under arms.')
  if (quick && asked !== undefined) throw new UsageError('--quick and --study exclude each other.', 'Leave one out.')
  if (Object.keys(options.hyper).length > 0 && rule.length === 0 && options.subject === undefined)
    throw new UsageError('--hyper needs a --rule that it is for.', 'Add, for example, --rule adam/pytorch.')
  if (options.against !== undefined && options.subject === undefined)
    throw new UsageError('--against needs a --subject.', 'Name your class: --subject my_opt.py:MyOpt.')
  const given = await givenOf(options)
  return { ...given, study: narrowed(given.study, options) }
}

async function givenOf(options: BenchOptions): Promise<GivenStudy> {
  const { study, rule, hyper, quick, subject } = options
  if (subject !== undefined) return ofSubject(subject, options)
  return rule.length > 0
    ? ofRules(rule, hyper, Boolean(quick))
    : read(fileOf(quick ? 'quick' : (study ?? 'optimizers')))
}

/** A user's class beside a rule, both in PyTorch, under the same hyper-parameters. */
function ofSubject(subject: string, { against, hyper, study, rule, quick }: BenchOptions): GivenStudy {
  if (study !== undefined || rule.length > 0)
    throw new UsageError(
      '--subject excludes --study and --rule.',
      'Give the rule that it is compared with as --against.',
    )
  if (!pythonFile(subject))
    throw new UsageError(`'${subject}' is no Python file.`, 'Name your class: --subject my_opt.py:MyOpt.')
  if (against === undefined)
    throw new UsageError(
      '--subject needs --against, a rule to compare it with.',
      'For example: --against adam/pytorch.',
    )
  const { id } = findRule(against)
  // The class moves the parameters; the rule of its arm only says what a run needs to have.
  const arms = [
    { name: id, rule: id, hyper },
    { name: nameOf(subject), rule: id, hyper },
  ]
  return adHoc(arms, Boolean(quick))
}

function fileOf(asked: string): string {
  const own = join(packageRoot, 'studies', `${asked}.yaml`)
  if ((named as readonly string[]).includes(asked)) return own
  if (existsSync(asked)) return asked
  throw new UsageError(
    `There is no study '${asked}'.`,
    /[./\\]/.test(asked) ? 'Name a study file that exists.' : didYouMean(asked, named, 'Studies'),
  )
}

/** A study file; a rule in it may be a file beside where the command is run. */
export function read(path: string): GivenStudy {
  const text = readFileSync(path, 'utf8')
  const ruleOf = (rule: string): string => (isRuleFile(rule) ? readFileSync(rule, 'utf8') : rule)
  return { study: readStudy(text, path, ruleOf), text }
}

/** The seeds of a study that is made of rules; others than those of the search of any study that comes with Lockstep. */
const seeds = [101, 102, 103, 104, 105]

/** Rules at their defaults, but for what is held, on the network of a first look or on four convolutions. */
async function ofRules(rules: readonly string[], hyper: HyperValues, quick: boolean): Promise<GivenStudy> {
  const arms = await Promise.all(
    rules.map(async text => {
      const rule = await readRule(text)
      return {
        name: isRuleFile(text) ? basename(text).replace(/\.(rule\.)?ya?ml$/, '') : rule.id,
        rule: isRuleFile(text) ? text : rule.id,
        hyper,
      }
    }),
  )
  const other = rules.find(each => isRuleFile(each) && !/\.ya?ml$/.test(each))
  if (other !== undefined)
    throw new UsageError(`${other}: a run keeps the text of its rule.`, 'Give the rule as a .rule.yaml file.')
  return adHoc(arms, quick)
}

/** A study that no file says: what its arms have is written down as one. */
function adHoc(arms: readonly { name: string; rule: string; hyper: HyperValues }[], quick: boolean): GivenStudy {
  const run = quick ? { model: 'conv2', epochs: 2, subset: 4000, measured: 2000 } : { model: 'conv4', epochs: 5 }
  const text = stringify({
    study: 'rules',
    title: arms.map(({ name }) => name).join(', '),
    run,
    seeds: quick ? seeds.slice(0, 2) : seeds,
    arms,
  })
  const ruleOf = (rule: string): string => (isRuleFile(rule) ? readFileSync(rule, 'utf8') : rule)
  return { study: readStudy(text, 'the study of these rules', ruleOf), text }
}

/** The same study with fewer seeds or other epochs, where that was asked for. */
function narrowed(study: Study, { seeds: most, epochs }: BenchOptions): Study {
  if (most !== undefined && most > study.seeds.length)
    throw new UsageError(
      `The study has ${study.seeds.length} seeds, ${most} were asked for.`,
      'Write a study file with more.',
    )
  return {
    ...study,
    ...(most !== undefined && { seeds: study.seeds.slice(0, most) }),
    ...(epochs !== undefined && { arms: study.arms.map(arm => ({ ...arm, run: { ...arm.run, epochs } })) }),
  }
}
