import { quoted } from '../../report/findings.ts'
import type { BenchOptions } from './questions.ts'

/** A length of time as people say it. */
export function hours(seconds: number): string {
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The command that makes the same study again; without what only says how far it went. */
export function commandOf(options: BenchOptions): string {
  const { quick, study, rule, hyper, data, engine, seeds, epochs } = options
  const words = [
    'lockstep bench cifar10',
    ...(quick ? ['--quick'] : []),
    ...(study === undefined ? [] : ['--study', quoted(study)]),
    ...rule.flatMap(each => ['--rule', quoted(each)]),
    ...Object.entries(hyper).flatMap(([name, value]) => ['--hyper', `${name}=${value}`]),
    ...(data === undefined ? [] : ['--data', 'cifar-10-batches-bin']),
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...(seeds === undefined ? [] : ['--seeds', String(seeds)]),
    ...(epochs === undefined ? [] : ['--epochs', String(epochs)]),
  ]
  return words.join(' ')
}
