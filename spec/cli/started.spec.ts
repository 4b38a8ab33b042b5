import { describe, expect, it } from 'vitest'
import { screen } from '../../src/cli/screen.ts'
import { startedByNpx } from '../../src/cli/started.ts'
import { throughNpx } from '../../src/report/npx.ts'

describe('commands are told as they work where Lockstep was started', () => {
  const npx = { npm_lifecycle_event: 'npx', npm_lifecycle_script: 'lockstep "verify"' }

  it.each<[string, Record<string, string>, string, boolean]>([
    ['npx', npx, '/opt/lockstep/dist/cli.js', true],
    [
      'npx, of something that runs it',
      { ...npx, npm_lifecycle_script: 'vitest run' },
      '/opt/lockstep/dist/cli.js',
      false,
    ],
    ['a script of a project', {}, '/project/node_modules/.bin/lockstep', true],
    ['a project on Windows', {}, 'C:\\project\\node_modules\\lockstep\\dist\\cli.js', true],
    ['another program of a project', {}, '/project/node_modules/.bin/vitest', false],
    ['an installation for all', {}, '/usr/local/bin/lockstep', false],
  ])('%s', (_, env, program, expected) => {
    expect(startedByNpx(env, program)).toBe(expected)
    expect(screen({}, {}, 'linux', startedByNpx(env, program)).npx).toBe(expected)
  })

  it('and nothing else is changed', () => {
    const text = 'Next: lockstep verify a (see: lockstep rules), npx lockstep check b, ./lockstep replay, lockstep.yaml'
    expect(throughNpx(text)).toBe(
      'Next: npx lockstep verify a (see: npx lockstep rules), npx lockstep check b, ./lockstep replay, lockstep.yaml',
    )
    expect(throughNpx('a lockstep run of lockstep 0.1.0')).toBe('a lockstep run of lockstep 0.1.0')
  })
})
