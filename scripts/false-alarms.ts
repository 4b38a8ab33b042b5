/**
 * Measures how often a correct optimizer is rejected: the arrangements of spec/kit/gallery that are right, in both formats,
 * under many seeds. Writes reports/mutation/false-alarms.csv, a line an arrangement and format, as each is done.
 * Usage: npm run false-alarms [-- seeds [check...]]   (default: 1000 seeds, the check `formula`; `all` runs every check)
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rightFormulas } from '../spec/kit/gallery/right.ts'
import { rightArranged } from '../spec/kit/gallery/right-arranged.ts'
import { verify } from '../src/kit/index.ts'

const [count = '1000', ...checks] = process.argv.slice(2)
const seeds = Number(count)
if (!(Number.isInteger(seeds) && seeds > 0)) throw new Error(`Expected a number of seeds, got ${count}.`)
const asked = checks.includes('all') ? undefined : checks.length > 0 ? checks : ['formula']

const file = fileURLToPath(new URL('../reports/mutation/false-alarms.csv', import.meta.url))
mkdirSync(fileURLToPath(new URL('.', new URL('../reports/mutation/x', import.meta.url))), { recursive: true })
writeFileSync(file, 'rule,arrangement,format,seeds,checks run,rejected,undecided,first seed rejected\r\n')
const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

let [rejected, runs] = [0, 0]
for (const { rule, name, hyper, create } of [...rightFormulas, ...rightArranged]) {
  for (const format of ['float32', 'float64'] as const) {
    const found = { checks: 0, rejected: 0, undecided: 0, first: '' }
    for (let seed = 1; seed <= seeds; seed++) {
      const { results } = await verify({
        subjects: [create(format)],
        format,
        rules: [rule],
        ...(hyper && { hyper }),
        ...(asked && { checks: asked }),
        seed,
      })
      const count = (verdict: string): number => results.filter(result => result.verdict === verdict).length
      found.checks += count('pass') + count('fail') + count('unknown')
      found.rejected += count('fail')
      found.undecided += count('unknown')
      if (count('fail') > 0 && found.first === '') found.first = String(seed)
    }
    runs += found.checks
    rejected += found.rejected
    const row = [rule, quoted(name), format, seeds, found.checks, found.rejected, found.undecided, found.first]
    appendFileSync(file, `${row.join(',')}\r\n`)
    console.log(`${rule}, ${name}, ${format}: ${found.rejected} of ${found.checks} checks rejected it`)
  }
}
console.log(`${rejected} false alarms in ${runs} checks of correct optimizers.`)
