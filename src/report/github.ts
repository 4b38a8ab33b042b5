import type { Report, Result } from '../subject/verdict.ts'
import { cellOf } from './by-cell.ts'
import { brief } from './diagnosis.ts'
import { command, isOpenFailure, sentence } from './findings.ts'
import { verdict } from './summary.ts'

/** A report that is written line by line, as results arrive. */
export interface Stream {
  /** The text of one result; empty where there is nothing to say. */
  result(result: Result, subjects: Report['subjects']): string
  /** The text that ends it. */
  end(report: Report): string
}

/**
 * Annotations of GitHub Actions: an error for the first deviation of each subject under each rule, a warning for the
 * first that could not be decided, and a notice with the summary. GitHub shows ten of a kind a step, so that one failure
 * must not fill them. Source: docs.github.com, Workflow commands for GitHub Actions.
 */
export function githubStream(): Stream {
  const said = new Set<string>()
  return {
    result: (result, subjects) => {
      const kind = isOpenFailure(result) ? 'error' : result.verdict === 'unknown' ? 'warning' : undefined
      const key = `${kind}\n${cellOf(result)}`
      if (!kind || said.has(key)) return ''
      said.add(key)
      const { subject, rule, check } = result
      const path = subjects.find(({ name }) => name === subject)?.path
      return annotation(
        kind,
        { ...(path !== undefined && { file: path }), title: `${subject}, ${rule}, ${check}` },
        told(result),
      )
    },
    end: report => {
      const title = 'lockstep verify'
      const open = report.incomplete ? annotation('error', { title }, 'The run did not end: results are missing.') : ''
      const looks = report.diagnoses.map(diagnosis => {
        const { subject, rule } = diagnosis
        const path = report.subjects.find(({ name }) => name === subject)?.path
        const file = path === undefined ? {} : { file: path }
        return annotation('notice', { ...file, title: `${subject}, ${rule}: diagnosis` }, brief(diagnosis))
      })
      return (
        looks.join('') +
        open +
        annotation('notice', { title }, `${verdict(report)} Seed ${report.seed}, ${report.depth} depth.`)
      )
    },
  }
}

/** The annotations of a whole report. */
export function github(report: Report): string {
  const { result, end } = githubStream()
  return report.results.map(each => result(each, report.subjects)).join('') + end(report)
}

function told(result: Result): string {
  const { finding, rule, reason, verdict } = result
  const what = finding
    ? sentence(rule, finding)
    : (reason ?? (verdict === 'fail' ? 'deviates' : 'nothing was observed'))
  return `${what}\n${command(result)}`
}

function annotation(
  kind: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  text: string,
): string {
  const given = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`)
  return `::${kind} ${given.join(',')}::${data(text)}\n`
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
