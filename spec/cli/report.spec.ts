import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockstep, lockstepProcess, workplace } from './command.ts'

describe('lockstep report', { timeout: 120_000 }, () => {
  it('writes a page, a table, and the scenarios that show deviations, whose commands work, in place of those before', async () => {
    const cwd = workplace()
    mkdirSync(join(cwd, 'here/scenarios'), { recursive: true })
    writeFileSync(join(cwd, 'here/scenarios/old.json'), '{}')
    const { code, err } = await lockstepProcess(['report', 'pytorch:ieee', 'keras', '--out', 'here'], { cwd })
    expect(err).toContain('The report is in here/index.html.')
    expect(code).toBe(0)
    const page = readFileSync(join(cwd, 'here/index.html'), 'utf8')
    expect(page).toContain('Keras: RMSprop adds epsilon inside the root')
    expect(readFileSync(join(cwd, 'here/results.csv'), 'utf8')).toMatch(/^subject,version,rule,/)
    const [, path] = /lockstep replay (here\/scenarios\/\w+\.json)/.exec(page)!
    expect(existsSync(join(cwd, path!))).toBe(true)
    expect(existsSync(join(cwd, 'here/scenarios/old.json'))).toBe(false)
    expect((await lockstep(['replay', path!], { cwd })).code).toBe(1)
    expect(existsSync(join(cwd, '.lockstep'))).toBe(false)
  })

  it('does not begin where it cannot write', async () => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'file'), '')
    const { code, err } = await lockstep(['report', 'pytorch:ieee', '--out', 'file/there'], { cwd })
    expect(code).toBe(2)
    expect(err).toMatch(/Cannot write to file\/there.*\n.*Give --out a directory/)
  })
})
