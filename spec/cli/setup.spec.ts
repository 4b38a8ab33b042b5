import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pinned } from '../../src/guests/frameworks.ts'
import { lockstep, workplace } from './command.ts'

/** A Python that makes environments of itself and writes down what pip is asked; `fails` is what it says of one package. */
function fakePython({ version = '3.12.1', fails = '', what = 'no-package', venv = '' } = {}) {
  const home = workplace()
  const [path, log] = [join(home, 'python3'), join(home, 'log')]
  const trouble = join(home, 'trouble')
  writeFileSync(trouble, what)
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = -c ]; then echo '{"version": "${version}", "packages": {}}'; exit 0; fi
echo "$*" >> ${log}
if [ "$2" = venv ]; then
  ${venv === '' ? '' : `echo '${venv}' >&2; exit 1`}
  mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit 0
fi
case "$*" in *"$(cat ${trouble})"*) echo '${fails}' >&2; exit 1;; esac
echo 'Downloading something.whl (1 MB)'
`,
  )
  chmodSync(path, 0o755)
  return {
    path,
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    mend: () => writeFileSync(trouble, 'no-package'),
  }
}

const packages = (calls: readonly string[]): string[] =>
  calls.filter(call => call.startsWith('-m pip')).map(call => call.split(' ').at(-1)!)

describe('setup frameworks', () => {
  test('makes an environment of its own with every framework at its version, and does nothing the second time', async () => {
    const cwd = workplace()
    const { path, calls } = fakePython()
    const env = { XDG_CACHE_HOME: join(cwd, 'cache') }
    const first = await lockstep(['setup', 'frameworks', '--python', path], { cwd, env })
    expect(first).toMatchObject({ code: 0, out: '' })
    expect(first.err).toMatch(
      /\[1\/7\] torch [\d.]+\n\s+Downloading something[\s\S]*\[7\/7\][\s\S]*Lockstep finds it by itself/,
    )
    const home = join(cwd, 'cache/lockstep/python')
    expect(calls()[0]).toBe(`-m venv ${home}`)
    const versions = Object.entries(pinned).map(
      ([name, version]) => `${name}${name === 'tensorflow' ? '-cpu' : ''}==${version}`,
    )
    expect(packages(calls())).toEqual(versions)
    const before = calls().length
    const second = await lockstep(['setup', 'frameworks', '--python', path], { cwd, env })
    expect(second).toMatchObject({ code: 0, err: expect.stringContaining('already there') })
    expect(calls()).toHaveLength(before)
  })

  test('goes on behind what was installed when it stopped', async () => {
    const cwd = workplace()
    const { path, calls, mend } = fakePython({ what: 'keras==', fails: 'OSError: [Errno 28] No space left on device' })
    const args = ['setup', 'frameworks', '--python', path, '--dir', 'env', '--only', 'numpy,keras,jax']
    const first = await lockstep(args, { cwd })
    expect(first.code).toBe(3)
    expect(first.err).toMatch(/pip install keras==\S+ failed \(exit code 1\)\. The disk is full[\s\S]*Errno 28/)
    mend()
    expect((await lockstep(args, { cwd })).code).toBe(0)
    expect(packages(calls()).map(each => each.split('==')[0])).toEqual(['numpy', 'keras', 'keras', 'jax'])
    expect(calls().filter(call => call.startsWith('-m venv'))).toHaveLength(1)
  })

  test('takes the usual PyTorch where the index without CUDA cannot be reached', async () => {
    const { path, calls } = fakePython({ what: 'download.pytorch.org', fails: 'NewConnectionError' })
    const { code, err } = await lockstep(['setup', 'frameworks', '--python', path, '--dir', 'env', '--only', 'torch'])
    const places = process.platform === 'linux' ? 2 : 1
    expect({ code, calls: packages(calls()).length }).toEqual({ code: 0, calls: places })
    if (places === 2) expect(err).toContain('the build without CUDA could not be had')
  })

  test.each([
    ['an old Python', { version: '3.9.2' }, /is Python 3\.9\.2; the frameworks need 3\.11 or newer/],
    ['a Python without venv', { venv: 'ensurepip is not available' }, /lacks its module venv: .*python3-venv/],
    [
      'no network',
      { what: 'numpy', fails: 'NewConnectionError: Temporary failure in name resolution' },
      /index cannot be reached: check the network/,
    ],
    [
      'no build for it',
      { what: 'numpy', fails: 'ERROR: No matching distribution found for numpy' },
      /no build for this Python and machine/,
    ],
  ])('%s is said, with what to do', async (_, python, words) => {
    const { path } = fakePython(python)
    const { code, err } = await lockstep(['setup', 'frameworks', '--python', path, '--dir', 'env', '--only', 'numpy'])
    expect({ code, err }).toEqual({ code: 3, err: expect.stringMatching(words) })
  })

  test('nothing is written into a directory that is somebody else’s', async () => {
    const cwd = workplace()
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'mine', 'thesis.tex'), '')
    const { path, calls } = fakePython()
    const { code, err } = await lockstep(['setup', 'frameworks', '--python', path, '--dir', 'mine'], { cwd })
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('is not empty, and was not made by lockstep'),
    })
    expect(calls()).toEqual([])
  })

  test('an unknown framework is refused with its neighbours', async () => {
    const { code, err } = await lockstep(['setup', 'frameworks', '--only', 'numpi'])
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('Did you mean numpy?') })
  })
})
