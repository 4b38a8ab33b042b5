import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lockstep, lockstepProcess } from './command.ts'

describe('lockstep mutants', () => {
  test('scores a rule: the share that is rejected, and by which check', async () => {
    const { code, out } = await lockstep(['mutants', 'sgd/lecture', '--seed', '1'])
    expect(code).toBe(0)
    expect(out).toMatch(/sgd\/lecture +15 +0 +100\.0 % +100\.0 % +100\.0 %/)
    expect(out).toContain('First rejected by: formula 13, defaults are used as they are 2.')
  })

  test('works in a real process, on all cores, and writes its tables', { timeout: 60_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lockstep-spec-'))
    const { code, err } = await lockstepProcess([
      'mutants',
      'sgd/lecture',
      'sgd/tfjs',
      '--seed',
      '1',
      '--out',
      directory,
    ])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(readdirSync(directory).sort()).toEqual(['README.md', 'equivalent.csv', 'mutants.csv'])
    expect(readFileSync(join(directory, 'mutants.csv'), 'utf8').split('\r\n')).toHaveLength(1 + 15 + 15 + 1)
    expect(readFileSync(join(directory, 'README.md'), 'utf8')).toContain('| **all** | 30 | 0 | 100.0 % |')
  })

  test('lists every variant in a sentence', async () => {
    const { code, out } = await lockstep(['mutants', 'adam/kingma-ba', '--list'])
    expect(code).toBe(0)
    expect(out).toContain('epsilon is added inside the square root')
    expect(out).toContain('x = x - lr * mhat / sqrt(vhat + eps)')
    const json = JSON.parse((await lockstep(['mutants', 'adam/kingma-ba', '--list', '--json'])).out)
    expect(json[0].mutants.length).toBeGreaterThan(150)
  })

  test('scores a rule of one’s own, for which no vectors were searched', async () => {
    const { mkdirSync, writeFileSync } = await import('node:fs')
    const cwd = mkdtempSync(join(tmpdir(), 'lockstep-spec-'))
    mkdirSync(cwd, { recursive: true })
    writeFileSync(
      join(cwd, 'plain.rule.yaml'),
      'source: an example\nhyper:\n  lr: { default: 0.1, domain: "[0, inf)" }\nstep: x = x - lr * g\n',
    )
    const { code, out } = await lockstep(['mutants', './plain.rule.yaml', '--seed', '1'], { cwd })
    expect(code).toBe(0)
    expect(out).toMatch(/plain +15 +0 +100\.0 % +100\.0 % +–/)
  })

  test.each([
    [['mutants', 'adm/kingma-ba'], 'There is no rule'],
    [['mutants', 'sgd/lecture', '--seed', '-1'], 'Expected a whole number'],
  ])('%j is refused in words', async (args, words) => {
    const { code, err } = await lockstep(args)
    expect(code).toBe(2)
    expect(err).toContain(words)
  })
})
