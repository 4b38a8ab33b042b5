import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GoldenFiles } from '../guests/golden-files.ts'
import { knownDeviations } from '../guests/known-deviations.ts'
import { verify } from '../kit/verify.ts'
import { document } from '../report/json.ts'
import { plural } from '../report/numbers.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import type { Result } from '../subject/verdict.ts'
import { exitCode } from './failures.ts'
import { compareFiles, hashFiles, type Step } from './golden-files-check.ts'
import { generate } from './golden-generate.ts'
import { vectorSteps } from './golden-vectors-check.ts'
import { print } from './output.ts'
import { pythonHere } from './python.ts'
import type { GoldenOptions } from './questions.ts'
import { recordings } from './recordings.ts'
import { screen } from './screen.ts'
import { openSubject } from './subjects.ts'

/** Holds the recordings against their hashes, their formulas and, where that can be done, a fresh recording. */
export async function runGoldenCheck(options: GoldenOptions): Promise<number> {
  const files = new GoldenFiles(process.env.LOCKSTEP_GOLDEN)
  const steps: Step[] = [hashFiles(files)]
  if (steps[0]!.outcome === 'holds') {
    for (const name of Object.keys(recordings)) steps.push(await replayed(name, files))
    steps.push(await regenerated(files, options))
  }
  steps.push(...(await vectorSteps(join(files.directory, 'vectors'))))
  steps.push({
    what: 'pytorch recorded anew',
    outcome: 'not checked',
    text: 'how PyTorch rounds as it ships depends on the CPU, so that other bytes would prove nothing; its recording is held against the formula instead',
  })
  await print(
    options.json
      ? document({ schema: 'lockstep/golden-check/1', directory: files.directory, steps })
      : page(steps, files.directory, screen()),
  )
  return steps.some(step => step.outcome === 'deviates') ? exitCode.deviates : exitCode.conforms
}

/** Every record of a recording against its formula: to the bit where it was made on IEEE arithmetic. */
async function replayed(name: string, files: GoldenFiles): Promise<Step> {
  const { directory, bitExact } = recordings[name]!
  const what = `${directory} replayed`
  if (files.familiesOf(directory).length === 0)
    return { what, outcome: 'not checked', text: 'there is no such recording' }
  const subject = await openSubject(name, {})
  const { results } = await verify({
    subjects: [subject],
    checks: [bitExact ? 'golden' : 'formula'],
    depth: 'full',
    deviations: knownDeviations,
  })
  const ran = results.filter(({ verdict }) => verdict !== 'skip')
  const wrong = ran.filter(({ verdict, known }) => verdict !== 'pass' && !known)
  const count = ran.reduce((sum, { scenarios = 0 }) => sum + scenarios, 0)
  if (wrong.length > 0) {
    const [first] = wrong
    return {
      what,
      outcome: 'deviates',
      text: `${[...new Set(wrong.map(({ rule }) => rule))].join(', ')}: ${first!.reason ?? 'an iterate is outside what is allowed'}; see: lockstep verify ${name} --rule ${first!.rule}`,
    }
  }
  const known = ran.filter(result => result.known)
  const how = bitExact ? 'every bit is that of the formula' : 'every number is within the derived bound'
  const rules = plural(new Set(ran.map(({ rule }) => rule)).size, 'rule')
  return { what, outcome: 'holds', text: `${plural(count, 'record')} of ${rules}: ${how}${exceptions(known)}` }
}

/** A recording that is on record as deviating is followed up to the first record that shows it. */
function exceptions(known: readonly Result[]): string {
  const names = known.map(({ rule, formats = [] }) => `${rule} ${formats.join(', ')}`.trim())
  return names.length === 0
    ? ''
    : `, but for known deviations, each followed up to the record that shows it: ${names.join('; ')}`
}

/** Records pytorch-ieee anew where the same PyTorch is found on the same kind of machine, and compares. */
async function regenerated(files: GoldenFiles, options: GoldenOptions): Promise<Step> {
  const what = 'pytorch-ieee recorded anew'
  const [family] = files.familiesOf('pytorch-ieee')
  const provenance = family === undefined ? undefined : files.family('pytorch-ieee', family)?.provenance
  const python = await pythonHere(options.python)
  const torch = python?.packages.torch?.split('+')[0]
  const needs = `needs a Python with torch ${provenance?.version} on x86-64`
  if (!python || torch !== provenance?.version || process.arch !== 'x64') {
    const found = python
      ? `${python.python} has ${torch ? `torch ${torch}` : 'no torch'} on ${process.arch}`
      : 'no Python was found'
    return { what, outcome: 'not checked', text: `${needs}: ${found}; give one with --python` }
  }
  const out = mkdtempSync(join(tmpdir(), 'lockstep-golden-'))
  try {
    const code = await generate(python, ['--only', 'pytorch-ieee', '--out', out], true)
    if (code !== 0)
      return {
        what,
        outcome: 'not checked',
        text: `the generator ended with exit code ${code}; see: lockstep golden generate --only pytorch-ieee --out <dir>`,
      }
    return {
      what,
      ...compareFiles(
        files.directory,
        out,
        files.familiesOf('pytorch-ieee').map(name => join('pytorch-ieee', `${name}.json`)),
      ),
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

const glyphs = { holds: '✓', deviates: '✗', 'not checked': '–' } as const

function page(steps: readonly Step[], directory: string, terminal: Terminal): string {
  const p = paint(terminal)
  const colours = { holds: p.green, deviates: p.red, 'not checked': p.dim }
  const wide = Math.max(...steps.map(({ what }) => columns(what)))
  const lines = steps.flatMap(({ what, outcome, text }) => {
    const told = outcome === 'holds' ? text : `${outcome}: ${text}`
    const [head = '', ...rest] = wrap(
      plain(told, terminal),
      terminal.width,
      `  ${glyphs[outcome]} ${pad(what, wide)}  `,
      ' '.repeat(wide + 6),
    )
    return [plain(head.replace(glyphs[outcome], colours[outcome](glyphs[outcome])), terminal), ...rest]
  })
  return `\n${p.dim(`  ${directory}`)}\n${lines.join('\n')}\n\n`
}
