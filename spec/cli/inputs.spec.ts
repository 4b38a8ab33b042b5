import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockstep, workplace } from './command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

const step = 'step: x = x - g\n'

describe('a file that is read whole must be a regular file of a sensible size', () => {
  it.skipIf(!existsSync('/dev/zero'))('a device has no end', async () => {
    const cwd = workplace()
    for (const name of ['mine.rule.yaml', 'lockstep.yaml', 'known.json', 'mine.ts', 'mine.py'])
      symlinkSync('/dev/zero', join(cwd, name))
    for (const args of [
      ['replay', '/dev/zero'],
      ['rules', 'mine.rule.yaml'],
      ['rules', 'mine.ts'],
      ['verify'],
      ['verify', 'tfjs', '--no-config', '--deviations', 'known.json'],
      ['verify', './mine.ts', '--rule', 'sgd/lecture', '--no-config'],
      ['verify', 'mine.py:Mine', '--rule', 'sgd/lecture', '--no-config'],
    ]) {
      const { code, err } = await lockstep(args, { cwd })
      expect([args, code, flat(err)]).toEqual([args, 2, expect.stringMatching(/is a device, not a/)])
    }
  })

  it.skipIf(process.platform === 'win32')('a pipe would be waited for', async () => {
    const cwd = workplace()
    execFileSync('mkfifo', [join(cwd, 'pipe.rule.yaml'), join(cwd, 'pipe.json')])
    for (const args of [
      ['rules', 'pipe.rule.yaml'],
      ['replay', 'pipe.json'],
    ]) {
      const { code, err } = await lockstep(args, { cwd })
      expect([code, flat(err)]).toEqual([2, expect.stringMatching(/it is a pipe, not a regular file/)])
    }
  })

  it('what is too large is told with its size and the limit', async () => {
    const cwd = workplace()
    for (const [name, args, most] of [
      ['big.rule.yaml', ['rules', 'big.rule.yaml'], 800_000],
      ['big.json', ['replay', 'big.json'], 67_108_864],
    ] as const) {
      writeFileSync(join(cwd, name), step)
      truncateSync(join(cwd, name), 2 ** 31)
      const { code, err } = await lockstep(args, { cwd })
      expect([code, flat(err)]).toEqual([2, expect.stringContaining(`it has 2147483648 bytes, and at most ${most}`)])
    }
  })

  it('a directory that is named as an optimizer is wrong usage', async () => {
    const cwd = workplace()
    for (const name of ['mine.ts', 'mine.py']) mkdirSync(join(cwd, name))
    for (const subject of ['./mine.ts', 'mine.py:Mine']) {
      const { code, err } = await lockstep(['verify', subject, '--rule', 'sgd/lecture'], { cwd })
      expect([code, err]).toEqual([2, expect.stringMatching(/mine\.\w+ is a directory, not a file\./)])
    }
  })
})

describe('two configurations side by side', () => {
  it('which of them is read is told', async () => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'lockstep.yaml'), 'subjects: [nobody]\n')
    writeFileSync(join(cwd, 'lockstep.yml'), 'subjects: [somebody]\n')
    const { code, err } = await lockstep(['verify'], { cwd })
    expect([code, err]).toEqual([2, expect.stringContaining('lockstep.yaml is read; lockstep.yml beside it is not.')])
    expect(err).toContain("There is no subject 'nobody'")
  })
})
