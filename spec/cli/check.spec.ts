import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { lockstep, workplace } from './command.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`../guests/fixtures/traces/${name}`, import.meta.url))
const trace = fixture('adamw.jsonl')
const lines = readFileSync(trace, 'utf8').split('\n')
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** The trace with one of its lines changed, in a directory of its own. */
function changed(line: number, change: (text: string) => string): string {
  const path = join(workplace(), 'trace.jsonl')
  writeFileSync(path, lines.map((text, k) => (k === line - 1 ? change(text) : text)).join('\n'))
  return path
}
const check = (path: string, ...options: string[]) =>
  lockstep(['check', path, '--rule', 'adamw/pytorch', ...options], { env: { COLUMNS: '80' } })
const asJson = async (path: string, ...options: string[]) => JSON.parse((await check(path, '--json', ...options)).out)

/** Moves the last number of a list of bits by so many units in the last place. */
const moved = (bits: string, ulps: number): string =>
  bits.slice(0, -8) + (Number.parseInt(bits.slice(-8), 16) + ulps).toString(16).padStart(8, '0')

/** Edits a record as JSON. */
const edit =
  (
    change: (record: { x: Record<string, string>; state: Record<string, Record<string, string>>; g: unknown }) => void,
  ) =>
  (text: string) => {
    const record = JSON.parse(text)
    change(record)
    return JSON.stringify(record)
  }

describe('a trace that keeps to its formula', () => {
  test.each(['adamw.jsonl', 'adamw.npz', 'adamw-compressed.npz', 'adamw-zip64.npz', 'adamw.safetensors'])(
    '%s',
    async name => {
      const { code, out, err } = await check(fixture(name))
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(flat(out)).toMatch(/≈ within bound, 0\.\d+ of the bound at worst, 6 steps checked, \d+(\.\d)? % proving/)
      expect(flat(out)).toContain('pytorch as shipped (the trace was made by torch)')
      expect(out).not.toContain('not checked')
      for (const line of out.split('\n')) if (!line.includes(name)) expect(line.length).toBeLessThanOrEqual(80)
    },
  )

  test('is not called bit-exact because most of it is', async () => {
    const report = await asJson(trace)
    expect(report).toMatchObject({
      schema: 'lockstep/check/1',
      rule: 'adamw/pytorch',
      verdict: 'pass',
      grade: 'within the bound',
      steps: { recorded: 6, checked: 6, wrong: 0 },
      notChecked: { hyper: {}, state: [] },
      defaults: [],
      unchecked: [],
    })
    expect(report.exact).toBeLessThan(report.observed)
    expect(report.shares).toEqual({ exact: report.exact / report.observed, proving: report.proving / report.observed })
  })

  test("a family's name is the dialect of the library that made it", async () => {
    const { code, out } = await lockstep(['check', trace, '--rule', 'adamw'])
    expect([code, out.includes('against adamw/pytorch')]).toEqual([0, true])
  })

  test('the rule may stand in the trace, and the arithmetic may be named', async () => {
    const path = changed(1, text => text.replace('{', '{"rule":"adamw/pytorch",'))
    const { code, out } = await lockstep(['check', path, '--arithmetic', 'ieee'])
    expect([code, flat(out).includes('ieee (as asked)')]).toEqual([0, true])
  })

  test('without a library that is known, nothing is assumed of its rounding', async () => {
    const path = changed(1, text => text.replace('"library":"torch"', '"library":"mine"'))
    expect(flat((await check(path)).out)).toContain('ieee (the trace names no library whose rounding is known)')
  })
})

describe('a trace that deviates ends with 1, and names step, variable, element and line', () => {
  test.each([
    ['x', (bits: string) => moved(bits, 20)],
    ['x', () => 'ff8000007f800000'],
  ])('%s', async (_, change) => {
    const path = changed(
      4,
      edit(record => Object.assign(record.x, { b: change(record.x.b!) })),
    )
    const { code, out } = await check(path)
    expect(code).toBe(1)
    expect(flat(out)).toMatch(
      /✗ deviates at step 3.*adamw\/pytorch, step 3, parameter b\[[01]\]: x is .* but the formula gives .* \(allowed /,
    )
    expect(flat(out)).toMatch(
      /That step of that element \(line 4, float32\): with lr = 0\.0081.*t 3 gradient .* before .* formula .*, allowed .* got .* ✗/,
    )
  })

  test('state, with the bits of everything that the step took', async () => {
    const path = changed(
      3,
      edit(({ state: { b } }) => Object.assign(b!, { exp_avg_sq: moved(b!.exp_avg_sq!, 50) })),
    )
    const report = await asJson(path)
    expect(report).toMatchObject({
      verdict: 'fail',
      finding: { step: 2, parameter: 'b', variable: 'exp_avg_sq', index: 1, ulps: 50 },
      failing: { place: 'line 3', t: 2, hyper: { lr: 0.009000000000000001 } },
    })
    const before = JSON.parse(lines[1]!)
    const after = JSON.parse(lines[2]!)
    expect(report.failing.gradient.bits).toBe(after.g.b.slice(8))
    const bits = Object.fromEntries(
      report.failing.variables.map((one: { variable: string; before: { bits: string } }) => [
        one.variable,
        one.before.bits,
      ]),
    )
    expect(bits).toEqual({
      x: before.x.b.slice(8),
      exp_avg: before.state.b.exp_avg.slice(8),
      exp_avg_sq: before.state.b.exp_avg_sq.slice(8),
    })
  })

  test('NaN where the formula is finite', async () => {
    const path = changed(
      5,
      edit(({ x }) => Object.assign(x, { 'layer/w': `7fc00000${x['layer/w']!.slice(8)}` })),
    )
    const report = await asJson(path)
    expect(report).toMatchObject({
      verdict: 'fail',
      finding: { step: 4, parameter: 'layer/w', index: 0, variable: 'x', got: 'NaN' },
    })
  })

  test('another value of a hyper-parameter, and another formula', async () => {
    expect(await asJson(trace, '--hyper', 'beta1=0.8')).toMatchObject({
      verdict: 'fail',
      finding: { step: 1, variable: 'exp_avg' },
    })
    const { out, code } = await lockstep(['check', trace, '--rule', 'adam/kingma-ba', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      notChecked: { hyper: { weight_decay: 0.01, decoupled_weight_decay: true }, state: [] },
    })
  })

  test("state that another rule of the family has too, under the library's name for it", async () => {
    const path = changed(
      2,
      edit(({ state: { b } }) => Object.assign(b!, { exp_avg: moved(b!.exp_avg!, 50) })),
    )
    const { out, code } = await lockstep(['check', path, '--rule', 'adamw/loshchilov-hutter', '--json'])
    expect(code).toBe(1)
    const report = JSON.parse(out)
    expect(report).toMatchObject({
      names: { state: { m: 'exp_avg', v: 'exp_avg_sq' } },
      notChecked: { hyper: {}, state: [] },
    })
    const variables: { variable: string }[] = report.failing.variables
    expect(variables.map(({ variable }) => variable)).toEqual(['m', 'v', 'x'])
    const page = await lockstep(['check', path, '--rule', 'adamw/loshchilov-hutter'])
    expect(flat(page.out)).toContain('names m is exp_avg, v is exp_avg_sq: both formulas give them the same values')
  })
})

describe('a trace that cannot be decided ends with 3', () => {
  test('cut off in a line: what was read until then is told', async () => {
    const path = join(workplace(), 'trace.jsonl')
    writeFileSync(path, readFileSync(trace, 'utf8').slice(0, 2000))
    const { code, out } = await check(path)
    expect(code).toBe(3)
    expect(flat(out)).toMatch(
      /\? undecided: line 4: this is not a JSON object: .* The file ends in it.*48 values in 2 recorded steps/,
    )
  })

  test('a wrong step before that is a failure all the same', async () => {
    const path = changed(
      3,
      edit(({ x }) => Object.assign(x, { b: moved(x.b!, 100) })),
    )
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 2000))
    const { code, out } = await check(path)
    expect([code, flat(out)]).toEqual([1, expect.stringMatching(/deviates at step 2; 2 steps checked, until line 4/)])
  })

  test.each([
    ['no step', (text: string) => text.split('\n')[0]!, 'no step is recorded'],
    [
      'a rate outside of its domain',
      (text: string) => text.replace('"lr":0.009', '"lr":-1'),
      'line 3: adamw/pytorch: lr = -1',
    ],
  ])('%s', async (_, change, reason) => {
    const path = join(workplace(), 'trace.jsonl')
    writeFileSync(path, change(readFileSync(trace, 'utf8')))
    expect(await check(path)).toMatchObject({ code: 3, out: expect.stringContaining(`undecided: ${reason}`) })
  })

  test('what was not recorded is told, not passed over', async () => {
    const path = join(workplace(), 'trace.jsonl')
    writeFileSync(path, lines.filter((_, k) => k !== 2).join('\n'))
    const { code, out } = await check(path)
    expect(code).toBe(0)
    expect(flat(out)).toMatch(
      /4 steps checked.*not checked 2 times, first at step 3: the step before it is not recorded/,
    )
  })
})

describe('wrong usage ends with 2 and says what to write', () => {
  test.each([
    [['check'], 'lockstep check trace.jsonl --rule adamw/pytorch'],
    [['check', 'none.jsonl', '--rule', 'adamw'], 'none.jsonl: there is no such file'],
    [['check', trace], '--rule adamw/pytorch'],
    [['check', trace, '--rule', 'adamw/pytroch'], 'Did you mean adamw/pytorch'],
    [['check', trace, '--rule', 'adadelta/lecture'], 'wrong as printed'],
    [['check', trace, '--rule', 'adamw', '--hyper', 'beta3=1'], 'Did you mean beta1 or beta2?'],
    [['check', trace, '--rule', 'adamw', '--arithmetic', 'float'], 'Allowed choices are ieee'],
    [['check', fileURLToPath(import.meta.url), '--rule', 'adamw'], 'A trace begins with a header'],
    [['check', '--write-recorder', 'no/where.py'], 'does not exist'],
  ])('%j', async (args, words) => {
    const { code, out, err } = await lockstep(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(words)
    expect(err).not.toMatch(/\n +at |is a bug/)
  })
})

test('help has an example', async () => {
  const { code, out } = await lockstep(['check', '--help'])
  expect([code, out]).toEqual([0, expect.stringMatching(/Examples:\n +\$ lockstep check/)])
})

test('the recorder is written as one file', async () => {
  const cwd = workplace()
  expect(await lockstep(['check', '--write-recorder', 'recorder.py'], { cwd })).toMatchObject({ code: 0, out: '' })
  expect(existsSync(join(cwd, 'recorder.py'))).toBe(true)
  expect(readFileSync(join(cwd, 'recorder.py'), 'utf8')).toContain('def record(optimizer, path')
})
