import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { GuestError } from '../../src/guests/error.ts'
import { type ModuleOptions, moduleSubject } from '../../src/guests/module.ts'
import type { GuestSubject } from '../../src/guests/process.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { ruleSubject } from '../../src/subject/rule-subject.ts'
import type { Format, HyperValues, Setup } from '../../src/subject/subject.ts'

const modules = fileURLToPath(new URL('./fixtures/modules', import.meta.url))
const opened: GuestSubject[] = []
function load(file: string, options?: ModuleOptions): GuestSubject {
  const subject = moduleSubject(resolve(modules, file), options)
  opened.push(subject)
  return subject
}
afterAll(() => Promise.all(opened.map(subject => subject.close())))

const setup = (rule: string, format: Format, hyper: HyperValues, ...values: number[][]): Setup => ({
  rule,
  format,
  groups: [{ hyper, params: values.map((value, k) => ({ name: 'abc'[k]!, value: Float64Array.from(value) })) }],
})
const failure = (action: unknown): Promise<GuestError> =>
  Promise.resolve(action).then(
    () => expect.unreachable(),
    error => error,
  )

describe("a user's module", () => {
  const subject = load('momentum.ts')
  const start = setup('momentum/pytorch', 'float64', { lr: 0.1 }, [1, 2], [3])
  const gradients = [Float64Array.of(1, -1), Float64Array.of(0.5)]

  it('takes every hyper-parameter of the rule, and offers what its function returns', async () => {
    expect(await subject.offers!('momentum/pytorch')).toEqual({
      rule: 'momentum/pytorch',
      hyper: Object.keys(findRule('momentum/pytorch').hyper),
      state: ['momentum_buffer'],
      features: ['state', 'save', 'set', 'spoil'],
    })
    expect([subject.name, subject.formats]).toEqual(['my momentum', ['float64']])
  })

  it('is in lockstep with its rule, each parameter by itself, defaults filled in', async () => {
    const run = await subject.open(start)
    const rule = await ruleSubject(findRule('momentum/pytorch')).open(start)
    for (let k = 0; k < 5; k++) expect(await run.step(gradients)).toEqual(await rule.step(gradients))
    expect((await run.observe!()).state).toEqual((await rule.observe!()).state)
    expect((await run.observe!()).gradients).toEqual(gradients)
  })

  it('leaves a parameter without a gradient alone', async () => {
    const run = await subject.open(start)
    expect(await run.step([null, Float64Array.of(0)])).toEqual([Float64Array.of(1, 2), Float64Array.of(3)])
  })

  it('resumes from what it saved, typed arrays and negative zeros included', async () => {
    const straight = await subject.open(start)
    const x = (await straight.step([Float64Array.of(-0, 1), Float64Array.of(2)]))!
    const saved = await straight.save!()
    const resumed = await subject.open(setup('momentum/pytorch', 'float64', { lr: 0.1 }, [...x[0]!], [...x[1]!]), saved)
    expect((await resumed.observe!()).state).toEqual((await straight.observe!()).state)
    expect(await resumed.step(gradients)).toEqual(await straight.step(gradients))
  })

  it('gets all hyper-parameters when one of them is changed', async () => {
    const run = await subject.open(start)
    const rule = await ruleSubject(findRule('momentum/pytorch')).open(start)
    for (const each of [run, rule]) await each.set!(0, { lr: 1 })
    for (let k = 0; k < 2; k++) expect(await run.step(gradients)).toEqual(await rule.step(gradients))
  })

  it('takes rules that are not built in from a lookup', async () => {
    const rule = findRule('momentum/pytorch')
    const own = load('momentum.ts', { name: 'mine', findRule: id => ({ ...rule, id }) })
    const hyper = Object.keys(rule.hyper)
    expect(await own.offers!('anything/mine')).toMatchObject({ rule: 'anything/mine', hyper })
    expect(own.name).toBe('mine')
  })
})

describe("a user's module that goes wrong", () => {
  const subject = load('wrong.mjs', { timeout: { request: 1500 } })
  const play = async (lr: number) =>
    (await subject.open(setup('sgd/lecture', 'float32', { lr }, [1, 2]))).step([Float64Array.of(0, 0)])

  it.each([
    [1, 'garbage', /step\(gradient\) of parameter a returned undefined\. Expected a Float64Array of 2 numbers/],
    [2, 'garbage', /returned .* \(length 1\)\. Expected a Float64Array of 2 numbers/],
    [3, 'garbage', /returned 0\.1, which is not a float32 number; round with Math\.fround/],
    [4, 'garbage', /returned \["1","2"\] \(length 2\)\. Expected a Float64Array/],
    [5, 'crashed', /I give up\nTraceback:\n {2}RangeError: I give up\n[\s\S]*wrong\.mjs/],
    [6, 'crashed', /ended by itself with exit code 0 before it answered `steps`/],
    [7, 'timeout', /did not answer `steps` within 1\.5 s/],
    [10, 'garbage', /returned "nothing"\. Expected an object with a function step\(gradient\)/],
  ])('with way %s: is %s', async (lr, kind, message) => {
    expect(await failure(play(lr))).toMatchObject({ kind, message: expect.stringMatching(message) })
  })

  it('passes NaN and -0 on: others judge them', async () => {
    const own = load('wrong.mjs')
    const run = async (lr: number) =>
      (await own.open(setup('sgd/lecture', 'float32', { lr }, [1]))).step([Float64Array.of(0)])
    expect(await run(8)).toEqual([Float64Array.of(Number.NaN)])
    expect(Object.is((await run(9))![0]![0], -0)).toBe(true)
    expect(await own.offers!('sgd/lecture')).toMatchObject({ features: ['spoil'] })
    expect(await failure(own.open(setup('sgd/lecture', 'float64', { lr: 1 }, [1])))).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/computes in float32/),
    })
  })

  it('is refused without a function as its default export', async () => {
    expect(await failure(load('no-default.mjs').connect())).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/its default export is undefined\. Expected a function/),
    })
  })

  it('is refused when it asks for a hyper-parameter that the rule does not have, which would be NaN', async () => {
    const asked = load('momentum.ts').open(setup('sgd/lecture', 'float64', { lr: 1 }, [1]))
    expect(await failure(asked)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        /asks for hyper\.momentum, but sgd\/lecture has no hyper-parameter "momentum"\. It has: lr\. .*'momentum' in hyper/,
      ),
    })
  })

  it('may ask whether the rule has a hyper-parameter, and copy, spread, clone and print what it is given', async () => {
    const run = await load('asks.mjs').open(setup('sgd/lecture', 'float64', { lr: 2 }, [1]))
    expect(await run.step([Float64Array.of(1)])).toEqual([Float64Array.of(-1)])
  })

  it('crashed where it cannot be parsed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lockstep-module-'))
    writeFileSync(join(directory, 'half.ts'), 'export default (hyper => {')
    expect(await failure(load(join(directory, 'half.ts')).connect())).toMatchObject({
      kind: 'crashed',
      message: expect.stringMatching(/half\.ts/),
    })
    rmSync(directory, { recursive: true })
  })

  it('is missing where there is no such file', () => {
    expect(() => moduleSubject('nowhere/at-all.ts')).toThrow(/There is no file .*nowhere\/at-all\.ts/)
  })
})
