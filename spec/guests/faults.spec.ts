import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { Command } from '../../src/guests/channel.ts'
import type { GuestError } from '../../src/guests/error.ts'
import { findPython } from '../../src/guests/find-python.ts'
import { type GuestSubject, processSubject } from '../../src/guests/process.ts'
import { Pace } from '../../src/guests/process-run.ts'
import { verify } from '../../src/kit/index.ts'
import type { Setup } from '../../src/subject/subject.ts'

const fixture = fileURLToPath(new URL('./fixtures/guest.mjs', import.meta.url))
const setup: Setup = {
  rule: 'sgd/pytorch',
  format: 'float64',
  groups: [
    {
      hyper: { lr: 0.5 },
      params: [
        { name: 'a', value: Float64Array.of(1, 2) },
        { name: 'b', value: Float64Array.of(3) },
      ],
    },
  ],
}
const gradients = [Float64Array.of(1, 1), Float64Array.of(1)]

const opened: GuestSubject[] = []
function guest(mode: string, options: string[] = [], command: Partial<Command> = {}): GuestSubject {
  const subject = processSubject({
    name: mode,
    start: {
      command: process.execPath,
      args: [fixture, mode, ...options],
      timeout: { hello: 20_000, request: /hang|spin/.test(mode) ? 1000 : 20_000 },
      ...command,
    },
  })
  opened.push(subject)
  return subject
}
const left: number[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map(subject => subject.close()))
  for (const pid of left.splice(0)) if (runs(pid)) process.kill(pid, 'SIGKILL')
})

const failure = (action: unknown): Promise<GuestError> =>
  Promise.resolve(action).then(
    () => expect.unreachable(),
    error => error,
  )

/** Whether a process is there and is no zombie that waits for its parent. */
function runs(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}

/** The ids of a guest and of what it started. */
async function pidsOf(subject: GuestSubject): Promise<number[]> {
  const { environment } = await subject.connect()
  const pids = environment.pids as number[]
  left.push(...pids)
  return pids
}

describe('a guest that goes wrong in a step is an error that says how', () => {
  it.each([
    ['hang@steps', 'timeout', /did not answer `steps` within 1 s and was ended/],
    ['spin@steps', 'timeout', /did not answer `steps` within 1 s and was ended/],
    ['partial-hang@steps', 'timeout', /within 1 s and was ended\. Its last line is not complete: "{\\"id\\":1/],
    ['partial@steps', 'crashed', /exit code 0 before it answered `steps`\. Its last line is not complete/],
    ['silent-exit@steps', 'crashed', /ended by itself with exit code 0 before it answered `steps`/],
    ['garbage@steps', 'garbage', /printed "Hello, I am a print statement" on its standard output/],
    ['chatter@steps', 'garbage', /printed "tick" on its standard output/],
    ['flood@steps', 'garbage', /printed a line of more than 1048576 bytes/],
    ['shout@steps', 'crashed', /exit code 4[\s\S]*The end of its standard error:\n {2}z+\n {2}the last line$/],
    ['short', 'garbage', /x of parameter a: expected 2 float64 numbers as bits, got 1/],
    ['long', 'garbage', /x of parameter a: expected 2 float64 numbers as bits, got 4/],
    ['one', 'garbage', /x: expected 2 arrays, got 1/],
    ['single', 'garbage', /x of parameter a: expected 2 float64 numbers as bits, got 1/],
    ['numbers', 'garbage', /answer to `steps` is not what was expected.*string/],
    ['none', 'garbage', /answer to `steps` is not what was expected/],
    ['state', 'garbage', /state m of parameter a: expected 2 float64 numbers as bits, got "ff"/],
    ['text', 'garbage', /expected 2 float64 numbers as bits, got "zz"/],
    ['few', 'garbage', /expected 1 steps, got 0/],
  ])('%s: %s', async (mode, kind, message) => {
    const run = await guest(mode, [], { longestLine: 1 << 20 }).open(setup)
    const error = await failure(run.step(gradients))
    expect(error).toMatchObject({ kind, message: expect.stringMatching(message) })
    expect(error.message.length).toBeLessThan(10_000)
  })

  it.each([
    ['silent-exit@after-hello', 'crashed'],
    ['silent-exit@after-open', 'crashed'],
    ['chatter@after-open', 'garbage'],
    ['flood@after-open', 'garbage'],
  ])('%s: what comes between two answers is found in the next', async (mode, kind) => {
    const play = async () => {
      const run = await guest(mode, [], { longestLine: 1 << 20 }).open(setup)
      await new Promise(resolve => setTimeout(resolve, 300))
      return run.step(gradients)
    }
    expect(await failure(play())).toMatchObject({ kind })
  })
})

describe('a guest and everything that it started ends', () => {
  it.each(['hang@steps', 'spin@steps', 'garbage@steps', 'short', 'silent-exit@steps'])(
    'when it goes wrong: %s',
    async mode => {
      const subject = guest(mode, ['child'])
      const pids = await pidsOf(subject)
      expect(pids).toHaveLength(2)
      await failure((await subject.open(setup)).step(gradients))
      if (mode === 'short') await subject.close()
      await expect.poll(() => pids.some(runs), { timeout: 5000 }).toBe(false)
    },
  )

  it.each([[['child']], [['child', 'stays']]])('when it is closed: %j', async options => {
    const subject = guest('good', options)
    const pids = await pidsOf(subject)
    await subject.close()
    await expect.poll(() => pids.some(runs), { timeout: 5000 }).toBe(false)
  })

  it('and what has left its group and holds its pipes open is not waited for', async () => {
    for (const mode of ['good', 'silent-exit@steps']) {
      const subject = guest(mode, ['daemon'])
      const [pid] = await pidsOf(subject)
      const run = await subject.open(setup)
      if (mode !== 'good') expect(await failure(run.step(gradients))).toMatchObject({ kind: 'crashed' })
      await subject.close()
      expect(runs(pid!)).toBe(false)
    }
  })

  it.skipIf(process.platform !== 'linux')('what has left its group ends with it, too, however it ends', async () => {
    for (const mode of ['good', 'hang@steps']) {
      const subject = guest(mode, ['daemon'])
      const pids = await pidsOf(subject)
      expect(pids).toHaveLength(2)
      const run = await subject.open(setup)
      if (mode !== 'good') expect(await failure(run.step(gradients))).toMatchObject({ kind: 'timeout' })
      await subject.close()
      await expect.poll(() => pids.some(runs), { timeout: 5000 }).toBe(false)
    }
  })
})

describe('in a verification', () => {
  const faults = ['hang@steps', 'silent-exit@steps', 'shout@steps', 'short', 'single', 'chatter@steps', 'few']

  it('every fault is unknown, with what the guest said last, and the others are unharmed', {
    timeout: 60_000,
  }, async () => {
    const subjects = [guest('good'), ...faults.map(mode => guest(mode)), guest('good', ['child'])]
    const { results, summary } = await verify({ subjects, rules: ['sgd/pytorch'], checks: ['formula', 'permutation'] })
    for (const mode of faults) {
      const own = results.filter(({ subject }) => subject === mode)
      expect(own.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown'])
    }
    expect(results.find(({ subject }) => subject === 'shout@steps')!.reason).toMatch(/the last line$/)
    const good = results.filter(({ subject }) => subject === 'good')
    expect(good.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass'])
    expect(summary).toMatchObject({ pass: 4, fail: 0, unknown: 2 * faults.length })
  })

  it.each(['nan', 'infinite'])('%s where the formula is finite fails, with the step', async mode => {
    const { results } = await verify({ subjects: [guest(mode)], rules: ['sgd/pytorch'], checks: ['formula'] })
    expect(results).toMatchObject([{ verdict: 'fail', finding: { step: 1, variable: 'x' } }])
    expect(results[0]!.finding!.got).toBe(mode === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY)
  })
})

describe('a slow guest', () => {
  it('may take its time for each step: a request asks for fewer', { timeout: 30_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lockstep-slow-'))
    const log = join(directory, 'log')
    const slow = join(directory, 'slow.mjs')
    writeFileSync(slow, slowGuest(log))
    const run = await guest('slow', [], { args: [slow], timeout: { request: 8000 } }).open({
      ...setup,
      groups: [{ hyper: {}, params: [{ name: 'a', value: Float64Array.of(1) }] }],
    })
    expect(await run.steps!(Array.from({ length: 12 }, () => [Float64Array.of(1)]))).toHaveLength(12)
    const sizes = readFileSync(log, 'utf8').trim().split('\n').map(Number)
    expect(sizes[0]).toBe(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4)
    rmSync(directory, { recursive: true })
  })
})

describe('the pace of a guest', () => {
  it('grows step by step, falls at once, and is at least one step and at most 256', () => {
    const pace = new Pace()
    const learned = (steps: number, milliseconds: number): number => {
      pace.learn(steps, milliseconds)
      return pace.steps
    }
    expect(pace.steps).toBe(1)
    expect([learned(1, 0), learned(16, 1), learned(256, 1)]).toEqual([16, 256, 256])
    expect([learned(256, 25_600), learned(10, 60_000), learned(1, 500)]).toEqual([10, 1, 2])
  })
})

/** Takes 0.3 s for a step, and writes down how many it was asked for at once. */
const slowGuest = (log: string): string => `
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  const steps = request.gradients ?? []
  if (steps.length > 0) appendFileSync(${JSON.stringify(log)}, steps.length + '\\n')
  await new Promise(resolve => setTimeout(resolve, 300 * steps.length))
  const ok = { protocol: 'lockstep/1', formats: ['float64'], steps: steps.map(() => ({ x: ['3ff0000000000000'] })) }
  process.stdout.write(JSON.stringify({ id: request.id, ok }) + '\\n')
}
`

describe('a Python that is none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lockstep-python-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  const program = (name: string, script: string): string => {
    const path = join(directory, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }

  it('is ended with what it started when it does not answer', async () => {
    const pids = join(directory, 'pids')
    const python = program('hangs', `sleep 1000 & echo $$ $! > ${pids}; wait`)
    const started = performance.now()
    await expect(findPython({ python, patience: 700 })).rejects.toThrow(
      /There is no Python: .*hangs did not answer within 0\.7 s and was ended.*--python/,
    )
    expect(existsSync(pids), `${performance.now() - started} ms`).toBe(true)
    const both = readFileSync(pids, 'utf8').trim().split(' ').map(Number)
    expect(both).toHaveLength(2)
    await expect.poll(() => both.some(runs)).toBe(false)
  })

  it.each([
    ['ends at once', 'exit 3', /ended with exit code 3/],
    ['prints without end', 'yes', /printed more than 1048576 bytes and was ended/],
    ['says something else', 'echo Hello', /is no Python: it printed "Hello"/],
    ['says nothing', 'exit 0', /is no Python: it printed ""/],
  ])('%s', async (name, script, message) => {
    await expect(findPython({ python: program(name.replaceAll(' ', '-'), script) })).rejects.toThrow(message)
  })

  it('answers although it leaves something behind, which is ended', async () => {
    const pids = join(directory, 'left')
    const python = program('leaves', `sleep 1000 & echo $! > ${pids}; echo '{"version": "3.13", "packages": {}}'`)
    expect(await findPython({ python })).toMatchObject({ version: '3.13' })
    await expect.poll(() => runs(Number(readFileSync(pids, 'utf8')))).toBe(false)
  })
})
