import { existsSync } from 'node:fs'
import { restoreVectors, vectorManifest, vectorsFor } from '../guests/vector-files.ts'
import { plural } from '../report/numbers.ts'
import { findRule, ruleIds } from '../rules/lookup.ts'
import { inside } from '../score/intervals.ts'
import { drive } from '../subject/driver.ts'
import { ruleSubject } from '../subject/rule-subject.ts'
import type { Format } from '../subject/subject.ts'
import { scenarioOf, type Vector, type VectorFile } from '../subject/vectors.ts'
import { hashFiles, type Step } from './golden-files-check.ts'

const formats: readonly Format[] = ['float32', 'float64']

/** Conformance vectors against their hashes, and every interval against the formula; a directory without any is no fault. */
export async function vectorSteps(directory: string): Promise<Step[]> {
  if (!existsSync(directory))
    return [{ what: 'vectors', outcome: 'not checked', text: `there is no directory ${directory}` }]
  const hashes = hashFiles({ directory, manifest: vectorManifest(directory) }, 'vectors, hashes', restoreVectors)
  return hashes.outcome === 'holds' ? [hashes, await replayed(directory)] : [hashes]
}

/** Whether the formula itself, as it is written, stays within what its vectors allow. */
async function replayed(directory: string): Promise<Step> {
  const what = 'vectors replayed'
  const files = ruleIds().flatMap(id => vectorsFor(id, directory) ?? [])
  const wrong: string[] = []
  for (const file of files) wrong.push(...(await outside(file)))
  if (wrong.length > 0)
    return {
      what,
      outcome: 'deviates',
      text: `the formula leaves what is allowed in ${wrong.join('; ')}. If the formula was changed on purpose: npm run vectors`,
    }
  const count = files.reduce((sum, { vectors }) => sum + vectors.length, 0)
  return {
    what,
    outcome: 'holds',
    text: `${plural(count, 'vector')} of ${plural(files.length, 'rule')}: the formula stays within every interval, in both formats`,
  }
}

async function outside(file: VectorFile): Promise<string[]> {
  const rule = findRule(file.rule)
  const wrong: string[] = []
  for (const vector of file.vectors) {
    const where = `${file.rule}, vector ${vector.name}`
    const other = vector.defaults.find(name => rule.hyper[name]?.default !== vector.hyper[name])
    if (other !== undefined) wrong.push(`${where}, whose default of ${other} is another`)
    else for (const format of formats) if (!(await holds(file, vector, format))) wrong.push(`${where}, ${format}`)
  }
  return wrong
}

async function holds(file: VectorFile, vector: Vector, format: Format): Promise<boolean> {
  const { steps } = await drive(ruleSubject(findRule(file.rule)), scenarioOf(file, vector, format))
  const allowed = Array.from({ length: vector.steps }, (_, s) => vector.parameters.map(each => each[format][s]!))
  return inside(
    allowed,
    steps.map(({ x = [] }) => x),
  )
}
