/**
 * Tries to refute every argument that a variant gives what its rule gives: exact iterates in many scenarios. Writes
 * reports/mutation/refuting.csv, a line a variant, and fails where one is refuted.
 * Usage: npm run equivalents [-- scenarios [rule...]]   (default: 10000)
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { mutantsOf } from '../src/derive/mutants/index.ts'
import { type Cell, csvText } from '../src/report/csv-text.ts'
import { findRule, ruleIds } from '../src/rules/lookup.ts'
import { whyEquivalent } from '../src/score/equivalents.ts'
import { exactly } from '../src/score/exactly.ts'

const [count = '10000', ...asked] = process.argv.slice(2)
const draws = Number(count)
if (!(Number.isInteger(draws) && draws > 0)) throw new Error(`Expected a number of scenarios, got ${count}.`)
const seed = 1

const directory = new URL('../reports/mutation/', import.meta.url)
mkdirSync(directory, { recursive: true })
const rows: Cell[][] = []
let refuted = 0
for (const rule of ruleIds()
  .filter(id => asked.length === 0 || asked.includes(id))
  .map(findRule)) {
  // Roundings are the identity in exact arithmetic, so that there is nothing to refute.
  const claimed = mutantsOf(rule).filter(
    mutant => mutant.kind !== 'format' && whyEquivalent(mutant, rule) !== undefined,
  )
  if (rule.erratum || claimed.length === 0) continue
  const searches = await exactly(rule, claimed, { draws, seed })
  for (const { mutant, scenarios, differs } of searches) {
    const outcome = differs ? 'refuted' : 'not refuted'
    rows.push([rule.id, mutant.says, mutant.now, scenarios, outcome, whyEquivalent(mutant, rule)])
    if (differs) refuted += 1
  }
  console.log(`${rule.id}: ${claimed.length} variants, ${searches.filter(({ differs }) => differs).length} refuted`)
  const head = ['rule', 'variant', 'written', `scenarios (seed ${seed})`, 'exact iterates', 'argument']
  writeFileSync(new URL('refuting.csv', directory), csvText([head, ...rows]))
}
if (refuted > 0) {
  console.error(`${refuted} arguments do not hold.`)
  process.exitCode = 1
}
