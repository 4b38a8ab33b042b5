import { parentPort } from 'node:worker_threads'
import { functionSubject } from '../guests/function.ts'
import { vectorsFor } from '../guests/vector-files.ts'
import { findRule } from '../rules/lookup.ts'
import { history } from '../score/history/index.ts'
import type { Order } from '../score/pool.ts'
import { type ReportFate, reportFate } from '../score/reports.ts'
import { type RuleScore, scoreOf } from '../score/score.ts'

/** A rule by its id, or an implementation of the history by its own: trees and functions cannot be sent. */
function scored({ rule, report, seeds }: Order): Promise<RuleScore | ReportFate> {
  if (rule !== undefined) return scoreOf(findRule(rule), vectorsFor(rule), seeds)
  const row = history.find(({ id }) => id === report)!
  const { id, format = 'float64' } = row
  const made = row.create(format)
  const subject = typeof made === 'function' ? functionSubject(made, { name: id, format }) : made
  return reportFate(row, subject, { vectors: vectorsFor(row.rule), seeds })
}

parentPort!.on('message', async (order: Order) => {
  try {
    parentPort!.postMessage({ score: await scored(order) })
  } catch (error) {
    parentPort!.postMessage({ error: error instanceof Error ? error.message : String(error) })
  }
})
