import { execFileSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { Command } from '../../src/guests/channel.ts'
import type { GuestError } from '../../src/guests/error.ts'
import { type GuestSubject, processSubject } from '../../src/guests/process.ts'
import type { Setup } from '../../src/subject/subject.ts'

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))
const setup: Setup = {
  rule: 'sgd/pytorch',
  format: 'float64',
  groups: [
    {
      hyper: { lr: 0.5 },
      params: [
        { name: 'a', value: Float64Array.of(1, 2) },
        { name: 'b', value: Float64Array.of(-0) },
      ],
    },
  ],
}
const gradients = [Float64Array.of(1, 1), null]

const opened: GuestSubject[] = []
function guest(mode: string, command: Partial<Command> = {}): GuestSubject {
  const subject = processSubject({
    name: 'fixture',
    start: {
      command: process.execPath,
      args: [fixture('guest.mjs'), mode],
      timeout: { hello: 20_000, request: 10_000 },
      ...command,
    },
  })
  opened.push(subject)
  return subject
}
afterEach(() => Promise.all(opened.splice(0).map(subject => subject.close())))

/** What an action is rejected with. */
const failure = (action: Promise<unknown>): Promise<GuestError> =>
  action.then(
    () => expect.unreachable(),
    error => error,
  )

describe('a guest in another process', () => {
  it('says what it is and what it offers', async () => {
    const subject = guest('good')
    expect(await subject.offers!('sgd')).toEqual({
      rule: 'sgd/pytorch',
      hyper: ['lr'],
      state: [],
      features: ['set', 'save', 'absent'],
    })
    expect(await subject.offers!('adam')).toEqual({ unsupported: 'fixture does not have adam; it has sgd/pytorch' })
    expect([subject.version, subject.formats]).toEqual(['fixture 1.0', ['float64']])
  })

  it('plays steps, one or many, and keeps several runs apart', async () => {
    const subject = guest('good')
    const [one, two] = [await subject.open(setup), await subject.open(setup)]
    expect(await one.step(gradients)).toEqual([Float64Array.of(0.5, 1.5), Float64Array.of(-0)])
    expect(await two.steps!([gradients, gradients])).toEqual([
      { x: [Float64Array.of(0.5, 1.5), Float64Array.of(-0)] },
      { x: [Float64Array.of(0, 1), Float64Array.of(-0)] },
    ])
    await one.close!()
  })

  it('cuts long runs into batches', async () => {
    const run = await guest('good').open(setup)
    const played = await run.steps!(Array.from({ length: 700 }, () => gradients))
    expect(played).toHaveLength(700)
    expect(played.at(-1)!.x![0]).toEqual(Float64Array.of(1 - 350, 2 - 350))
  })

  it('answers requests that are made at the same time', async () => {
    const run = await guest('good').open(setup)
    await Promise.all(Array.from({ length: 20 }, () => run.step(gradients)))
    expect(await run.step(gradients)).toEqual([Float64Array.of(1 - 10.5, 2 - 10.5), Float64Array.of(-0)])
  })

  it('carries a megabyte each way', async () => {
    const value = new Float64Array(1e5).fill(1)
    const run = await guest('good').open({
      ...setup,
      groups: [{ hyper: { lr: 1 }, params: [{ name: 'a', value }] }],
    })
    expect((await run.step([value]))![0]!.every(x => x === 0)).toBe(true)
  })

  it('changes, saves, and reports what the guest refuses with its reason', async () => {
    const run = await guest('good').open(setup)
    await run.set!(0, { lr: 2 })
    expect((await run.step(gradients))![0]).toEqual(Float64Array.of(-1, 0))
    expect(await run.save!()).toEqual({ anything: [1, 'two', null] })
    expect(await run.observe!()).toEqual({})
    expect(await failure(run.add!({ hyper: {}, params: [] }) as Promise<void>)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/cannot add\nTraceback:\n {2}line 1\n {2}line 2/),
    })
  })
})

describe('a guest that misbehaves', () => {
  it.each([
    ['silent-exit', 'crashed', /ended by itself with exit code 0 before it answered `hello`/],
    [
      'crash',
      'crashed',
      /exit code 3 before it answered `hello`[\s\S]*end of its standard error:[\s\S]*x\n {2}last words$/,
    ],
    ['garbage', 'garbage', /printed "Hello, I am a print statement" on its standard output/],
    ['partial', 'crashed', /Its last line is not complete: "{\\"id\\":1,\\"ok\\":{\\"pro"/],
    ['other-id', 'garbage', /with the id of the request/],
    ['no-answer', 'garbage', /printed "{\\"id\\":1}"/],
    ['other-protocol', 'garbage', /answer to `hello`.*"lockstep\/1"/],
  ])('%s: is a GuestError %s that says what happened', async (mode, kind, message) => {
    const error = await failure(guest(mode).connect())
    expect(error).toMatchObject({ name: 'GuestError', kind, message: expect.stringMatching(message) })
    expect(error.stderr.length).toBeLessThanOrEqual(4096)
  })

  it.each([
    ['hang@steps', 'timeout', /did not answer `steps` within 0.4 s/],
    ['silent-exit@steps', 'crashed', /exit code 0 before it answered `steps`/],
    ['short', 'garbage', /x of parameter a: expected 2 float64 numbers as bits, got 1/],
    ['text', 'garbage', /expected 2 float64 numbers as bits, got "zz"/],
    ['few', 'garbage', /expected 1 steps, got 0/],
  ])('%s: a run ends with %s', async (mode, kind, message) => {
    const run = await guest(mode, mode.startsWith('hang') ? { timeout: { request: 400 } } : {}).open(setup)
    expect(await failure(run.step(gradients) as Promise<never>)).toMatchObject({
      kind,
      message: expect.stringMatching(message),
    })
  })

  it('cannot flood this process', async () => {
    const error = await failure(guest('flood', { longestLine: 1 << 20 }).connect())
    expect(error).toMatchObject({
      kind: 'garbage',
      message: expect.stringMatching(/a line of more than 1048576 bytes/),
    })
  })

  it('is missing when it cannot be started', async () => {
    const error = await failure(guest('good', { command: '/nowhere/at-all' }).connect())
    expect(error).toMatchObject({
      kind: 'missing',
      message: expect.stringMatching(/\/nowhere\/at-all .* cannot be started/),
    })
  })

  it('is started again for the next run, but not for ever', async () => {
    const subject = guest('silent-exit@steps')
    for (let k = 0; k < 3; k++) await failure((await subject.open(setup)).step(gradients) as Promise<never>)
    expect(await failure(subject.open(setup) as Promise<never>)).toMatchObject({ kind: 'crashed' })
  })

  it('does not start once it was closed', async () => {
    const subject = processSubject({ name: 'late', start: async () => ({ command: process.execPath }) })
    const greeting = failure(subject.connect())
    await subject.close()
    expect(await greeting).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/was closed while it started/),
    })
  })

  it('is not started again when it never said hello', async () => {
    const subject = guest('crash')
    expect(await failure(subject.connect())).toBe(await failure(subject.connect()))
  })
})

describe('no guest outlives its parent', () => {
  const running = (pid: string) => {
    try {
      process.kill(Number(pid), 0)
      return !execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).startsWith('Z')
    } catch {
      return false
    }
  }
  const parent = (how: string) =>
    spawn(process.execPath, ['--import', 'tsx', fixture('parent.ts'), fixture('family.mjs'), how])

  it.each(['exit', 'SIGTERM', 'SIGINT'])('after %s', async how => {
    const child = parent(how)
    const [line] = (await new Promise<Buffer>(resolve => child.stdout.once('data', resolve))).toString().split('\n')
    const pids = line!.split(' ')
    expect(pids).toHaveLength(2)
    if (how !== 'exit') child.kill(how as NodeJS.Signals)
    const [, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(resolve =>
      child.once('close', (...end) => resolve(end)),
    )
    expect(signal).toBe(how === 'exit' ? null : how)
    await expect.poll(() => pids.some(running)).toBe(false)
  })
})
