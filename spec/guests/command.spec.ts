import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { commandSubject } from '../../src/guests/command.ts'
import { encodeSetup } from '../../src/guests/protocol.ts'
import { verify } from '../../src/kit/verify.ts'
import type { Result } from '../../src/subject/verdict.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const example = (name: string): string => join(root, 'examples/guests', name)
const directory = mkdtempSync(join(tmpdir(), 'lockstep-command-'))
const started: ReturnType<typeof commandSubject>[] = []
afterAll(async () => {
  await Promise.all(started.map(subject => subject.close()))
  rmSync(directory, { recursive: true })
})

const runs = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const python = process.env.LOCKSTEP_PYTHON ?? 'python3'
const compiler = process.env.CC ?? 'cc'
/** Where everything is checked, nothing may be missing; elsewhere it is said what is. */
const without = (program: string): string | false => {
  if (runs(program) || process.env.CI) return false
  return `skipped: ${program} does not run here`
}

async function check(command: string, args: string[], rule: string, checks?: string[]): Promise<readonly Result[]> {
  const subject = commandSubject({ command, args })
  started.push(subject)
  const { results } = await verify({ subjects: [subject], rules: [rule], ...(checks && { checks }) })
  return results
}

const withoutContracts = (results: readonly Result[]) => results.filter(({ group }) => group !== 'contract')
const verdicts = (results: readonly Result[]) => [...new Set(results.map(({ verdict }) => verdict))]

/** A copy of an example with one edit. */
function edited(name: string, from: string, to: string): string {
  const text = readFileSync(example(name), 'utf8')
  expect(text).toContain(from)
  const path = join(directory, `edited-${name}`)
  writeFileSync(path, text.replace(from, to))
  return path
}

function compiled(source: string): string {
  const program = join(directory, `${basename(source, '.c')}.out`)
  execFileSync(compiler, ['-O2', '-Wall', '-Wextra', '-Werror', '-ffp-contract=off', '-o', program, source])
  return program
}

const noPython = without(python)
describe.skipIf(noPython)(`the guest in Python${noPython ? ` (${noPython})` : ''}`, { timeout: 60_000 }, () => {
  test('is Adam', async () => {
    const results = await check(python, [example('adam_guest.py')], 'adam/kingma-ba')
    expect(results.length).toBeGreaterThan(10)
    expect(verdicts(withoutContracts(results))).toEqual(['pass'])
    // What a contract asks for and a guest of thirty lines does not have is skipped, and nothing else is.
    expect(verdicts(results).filter(verdict => verdict !== 'pass' && verdict !== 'skip')).toEqual([])
  })

  test('with epsilon in the root is not', async () => {
    const wrong = edited('adam_guest.py', "math.sqrt(vhat) + hyper['eps']", "math.sqrt(vhat + hyper['eps'])")
    expect(verdicts(await check(python, [wrong], 'adam/kingma-ba', ['formula']))).toEqual(['fail'])
  })
})

const noCompiler = without(compiler)
describe.skipIf(noCompiler)(`the guest in C${noCompiler ? ` (${noCompiler})` : ''}`, { timeout: 60_000 }, () => {
  test('is momentum, bit for bit, and compiles without a warning', async () => {
    const results = await check(compiled(example('momentum_guest.c')), [], 'momentum/lecture')
    expect(results.length).toBeGreaterThan(10)
    expect(verdicts(withoutContracts(results))).toEqual(['pass'])
    // What a contract asks for and a guest of thirty lines does not have is skipped, and nothing else is.
    expect(verdicts(results).filter(verdict => verdict !== 'pass' && verdict !== 'skip')).toEqual([])
    expect(results.find(({ check }) => check === 'formula')?.grade).toBe('bit-exact')
  })

  test('that lets a parameter without a gradient coast is not', async () => {
    const wrong = edited(
      'momentum_guest.c',
      "if (*++at == 'n') at += 4;",
      "if (*++at == 'n') { at += 4; run->x[k][0] -= run->v[k][0]; }",
    )
    expect(verdicts(await check(compiled(wrong), [], 'momentum/lecture', ['formula']))).toEqual(['fail'])
  })
})

describe('docs/protocol.md', () => {
  const text = readFileSync(join(root, 'docs/protocol.md'), 'utf8')
  const block = (language: string) => new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1]

  test.each([
    ['python', 'adam_guest.py'],
    ['c', 'momentum_guest.c'],
  ])('shows the %s example as it lies in examples/guests', (language, name) => {
    expect(block(language)).toBe(readFileSync(example(name), 'utf8'))
  })

  test('promises the order of keys that requests have', () => {
    const setup = {
      rule: 'sgd/pytorch',
      format: 'float32' as const,
      groups: [{ hyper: { lr: 1 }, params: [{ name: 'a', shape: [1, 2], value: Float64Array.of(1, -0) }] }],
    }
    const sent = JSON.stringify({ id: 1, do: 'open', run: 'r1', setup: encodeSetup(setup), saved: null })
    expect(sent).toBe(
      '{"id":1,"do":"open","run":"r1","setup":{"rule":"sgd/pytorch","format":"float32","groups":[{"hyper":{"lr":1},"params":[{"name":"a","shape":[1,2],"value":"3f80000080000000"}]}]},"saved":null}',
    )
    expect(text).toContain('`{"id","do":"open","run","setup","saved"}`')
    expect(text).toContain('`"3f80000080000000"`')
  })
})
