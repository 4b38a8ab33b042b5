/**
 * Writes golden/vectors/: for every built-in rule the conformance vectors that tell it from its single-edit mutants, with
 * the interval of each element in float32 and float64, and a manifest with the hash of each file. Takes some minutes.
 * Usage: npm run vectors [-- rule...]
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findRule, ruleIds } from '../src/rules/lookup.ts'
import { vectorsOf, written } from '../src/score/vectors.ts'

/** Fixed, so that the same sources write the same files. */
const seed = 20_260_101
const directory = fileURLToPath(new URL('../golden/vectors/', import.meta.url))
const asked = process.argv.slice(2)

mkdirSync(directory, { recursive: true })
for (const id of ruleIds().filter(each => asked.length === 0 || asked.includes(each))) {
  const rule = findRule(id)
  // A rule that is wrong as printed is never a reference.
  if (rule.erratum) continue
  const { file, free } = await vectorsOf(rule, seed)
  writeFileSync(`${directory}${id.replace('/', '-')}.json`, written(file))
  console.log(`${id}: ${file.vectors.length} vectors, ${free.length} mutants without one`)
}
const names = readdirSync(directory).filter(name => name.endsWith('.json') && name !== 'manifest.json')
const files = names.sort().map(name => [
  name,
  createHash('sha256')
    .update(readFileSync(directory + name))
    .digest('hex'),
])
const manifest = { schema: 'lockstep/manifest/1', seed, files: Object.fromEntries(files) }
writeFileSync(`${directory}manifest.json`, `${JSON.stringify(manifest, undefined, 1)}\n`)
