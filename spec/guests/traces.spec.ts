import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openJsonLines } from '../../src/guests/traces/jsonl.ts'
import { openTrace } from '../../src/guests/traces/open.ts'
import type { RecordedHeader, RecordedStep } from '../../src/subject/recorded-trace.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/traces/${name}`, import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'lockstep-traces-'))
afterAll(() => rmSync(directory, { recursive: true }))

let count = 0
function file(content: string | Buffer): string {
  const path = join(directory, `trace-${++count}`)
  writeFileSync(path, content)
  return path
}

async function read(path: string): Promise<{ header: RecordedHeader; steps: RecordedStep[] }> {
  const trace = await openTrace(path)
  try {
    const steps: RecordedStep[] = []
    for await (const step of trace.steps()) steps.push(step)
    expect(trace.progress).toBe(1)
    return { header: trace.header, steps }
  } finally {
    await trace.close()
  }
}

const header = {
  schema: 'lockstep/trace/1',
  format: 'float32',
  groups: [{ lr: 0.5 }],
  params: [
    { name: 'a', size: 2 },
    { name: 'b', size: 1 },
  ],
}
const step = { step: 1, g: { a: [1, 2], b: [3] }, x: { a: [0, 0], b: [0] } }
const lines = (...values: unknown[]): string =>
  file(`${values.map(value => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n')}\n`)

/** The numbers of a record as Node reads their bits, big-endian. */
const floats = (bits: string): number[] =>
  Array.from({ length: bits.length / 8 }, (_, k) => Buffer.from(bits, 'hex').readFloatBE(4 * k))

describe('one trace in four files', () => {
  const [, first, second] = readFileSync(fixture('adamw.jsonl'), 'utf8')
    .split('\n')
    .slice(0, 3)
    .map(line => JSON.parse(line))

  it('JSON lines are read as they are written', async () => {
    const { header: found, steps } = await read(fixture('adamw.jsonl'))
    expect(found.params).toEqual([
      { name: 'layer/w', group: 0, format: 'float32', length: 6 },
      { name: 'b', group: 0, format: 'float32', length: 2 },
    ])
    expect(found.made).toMatchObject({ library: 'torch', optimizer: 'AdamW' })
    expect(steps.map(one => [one.step, one.place, one.t])).toEqual([
      [1, 'line 2', [1, 1]],
      [2, 'line 3', [2, 2]],
      [3, 'line 4', [3, 3]],
      [4, 'line 5', [4, 3]],
      [5, 'line 6', [5, 4]],
      [6, 'line 7', [6, 5]],
    ])
    expect([...steps[0]!.before!.x[0]!]).toEqual(floats(first.before.x['layer/w']))
    expect([...steps[1]!.after.x[1]!]).toEqual(floats(second.x.b))
    expect([...steps[1]!.after.state[0]!.exp_avg!]).toEqual(floats(second.state['layer/w'].exp_avg))
    expect(steps[3]!.gradients[1]).toBeNull()
    expect(steps.map(one => one.hyper[0]!.lr)).toEqual([1, 2, 3, 4, 5, 6].map(() => expect.any(Number)))
    expect(steps[0]!.hyper[0]).toMatchObject({ lr: 0.01, beta1: 0.9, amsgrad: false })
    expect(steps[1]!.hyper[0]!.lr).toBe(0.009000000000000001)
  })

  it.each(['adamw.npz', 'adamw-compressed.npz', 'adamw-zip64.npz', 'adamw.safetensors'])(
    '%s, written by its own library, is the same',
    async name => {
      const [lined, stored] = [await read(fixture('adamw.jsonl')), await read(fixture(name))]
      expect(stored.header).toEqual(lined.header)
      const content = ({ steps }: { steps: RecordedStep[] }) =>
        steps.map(({ step, t, hyper, gradients, after }) => ({ step, t, hyper, gradients, after }))
      expect(content(stored)).toEqual(content(lined))
      expect(stored.steps[0]!.before!.x).toEqual(lined.steps[0]!.before!.x)
      expect(stored.steps[0]!.before!.state[0]).toEqual({
        exp_avg: new Float64Array(6),
        exp_avg_sq: new Float64Array(6),
      })
      expect(stored.steps[1]!.before).toBeUndefined()
    },
  )
})

describe('JSON lines', () => {
  it('take bits or numbers, nested as they were, and words for what JSON does not have', async () => {
    const bits = lines(header, {
      ...step,
      g: { a: '3f80000040000000', b: '7fc00000' },
      x: { a: 'ff80000080000000', b: [[[3]]] },
    })
    const { steps } = await read(bits)
    expect(steps[0]!.gradients).toEqual([Float64Array.of(1, 2), Float64Array.of(Number.NaN)])
    expect(steps[0]!.after.x).toEqual([Float64Array.of(Number.NEGATIVE_INFINITY, -0), Float64Array.of(3)])
    const words = lines(header, { ...step, g: { a: [1, 2], b: ['NaN'] }, x: { a: ['-Infinity', -0], b: [3] } })
    // JSON.stringify loses the sign of zero.
    const signed = file(readFileSync(words, 'utf8').replace('"-Infinity",0', '"-Infinity",-0'))
    expect((await read(signed)).steps).toEqual(steps)
  })

  it('may have blank lines, a byte order mark, and an end without a line end', async () => {
    const path = file(`\ufeff${JSON.stringify(header)}\r\n\r\n${JSON.stringify(step)}`)
    expect((await read(path)).steps).toMatchObject([{ step: 1, place: 'line 3' }])
  })

  it('keep hyper-parameters until a step changes them; betas are beta1 and beta2', async () => {
    const start = {
      ...header,
      groups: [
        { lr: 0.5, betas: [0.9, 0.99] },
        { lr: 1, fused: true },
      ],
    }
    const path = lines(start, step, { ...step, step: 2, hyper: [{ lr: 0.25 }, {}] }, { ...step, step: 9 })
    const { steps } = await read(path)
    expect(steps.map(({ hyper }) => hyper)).toEqual([
      [
        { lr: 0.5, beta1: 0.9, beta2: 0.99 },
        { lr: 1, fused: true },
      ],
      [
        { lr: 0.25, beta1: 0.9, beta2: 0.99 },
        { lr: 1, fused: true },
      ],
      [
        { lr: 0.25, beta1: 0.9, beta2: 0.99 },
        { lr: 1, fused: true },
      ],
    ])
  })

  it('tell counts for each parameter, for all, or that they are not known', async () => {
    const path = lines(
      header,
      { ...step, t: 4 },
      { ...step, step: 2, t: { a: 5, b: null } },
      { ...step, step: 3, t: null },
    )
    expect((await read(path)).steps.map(({ t }) => t)).toEqual([
      [4, 4],
      [5, null],
      [null, null],
    ])
  })

  it('give the steps before the one that cannot be read', async () => {
    const trace = await openTrace(lines(header, step, '{"step": 2, "g"'))
    const seen: number[] = []
    await expect(async () => {
      for await (const one of trace.steps()) seen.push(one.step)
    }).rejects.toThrow(/^line 3: this is not a JSON object/)
    expect(seen).toEqual([1])
    await trace.close()
  })

  it('have lines that fit into memory', async () => {
    await expect(openJsonLines(lines(header, step), 50)).rejects.toThrow(
      /line 1: it is longer than 50 bytes\.\n.*sample/,
    )
  })
})

describe('a step that cannot be read is named by its line, with what was expected', () => {
  const other = (change: object) => ({ ...step, ...change })
  it.each<[string, unknown, RegExp]>([
    ['half a line', '{"step":1,"g":{"a":', /^line 2: this is not a JSON object: [^.]*\.$/],
    ['NaN as Python writes it', '{"step":1,"g":{"a":[NaN,1],"b":[1]}}', /line 2: .*\n.*write "NaN"/],
    ['no object', [1, 2], /line 2: a step: expected an object, got a list of 2/],
    ['no step', { g: step.g }, /line 2: step: expected a whole number from 1 on, it is missing/],
    ['a step of 0', other({ step: 0 }), /step: expected a whole number from 1 on, got 0/],
    ['an unknown field', other({ gradient: {} }), /there is no field 'gradient'.*\n.*Fields are step, t, hyper, g/],
    ['no gradients', { step: 1 }, /g: expected an object with an entry a parameter, it is missing/],
    ['a gradient too few', other({ g: { a: [1, 2] } }), /g: there is no entry for parameter 'b'.*\n.*null/],
    ['an unknown parameter', other({ x: { c: [1] } }), /x: the header has no parameter 'c'.*\n.*It has a, b/],
    ['a wrong length', other({ x: { a: [1] } }), /x\.a: expected 2 float32 numbers, got 1/],
    ['bits of float64', other({ x: { b: '3ff0000000000000' } }), /x\.b: expected 1 float32 numbers, got 2/],
    ['half a number', other({ x: { b: '3ff00' } }), /x\.b: Expected float32 values as hexadecimal bits/],
    ['no numbers', other({ x: { b: 1 } }), /x\.b: expected float32 numbers, as a list or as hexadecimal bits; got 1/],
    ['words', other({ x: { b: ['one'] } }), /x\.b: expected numbers, "NaN", .*got "one"/],
    [
      'a number of more digits',
      other({ x: { b: [0.1] } }),
      /x\.b: 0\.1 is not a float32 number; the nearest is 0\.1000000014/,
    ],
    ['state that is an array', other({ state: { a: [1, 2] } }), /state\.a: expected arrays by name, got a list of 2/],
    ['state of another size', other({ state: { a: { m: [1] } } }), /state\.a\.m: expected 2 float32 numbers, got 1/],
    ['before with more', other({ before: { g: {} } }), /before: there is no field 'g'/],
    [
      'hyper of no list',
      other({ hyper: { lr: 1 } }),
      /hyper: expected a list of 1, one object a group, got an object with lr/,
    ],
    [
      'hyper of words',
      other({ hyper: [{ lr: 'fast' }] }),
      /hyper\[0\]\.lr: expected a number, true or false; got "fast"/,
    ],
    ['a count of 0', other({ t: 0 }), /t: expected a whole number from 1 on, got 0/],
    ['a count of nobody', other({ t: { c: 1 } }), /t: the header has no parameter 'c'/],
  ])('%s', async (_, value, message) => {
    await expect(read(lines(header, value))).rejects.toThrow(message)
  })

  it('a line in which the file ends', async () => {
    const half = file(`${JSON.stringify(header)}\n${JSON.stringify(step).slice(0, 30)}`)
    await expect(read(half)).rejects.toThrow(/^line 2: this is not a JSON object: .*cut off, or is still being written/)
  })

  it('steps that go back', async () => {
    await expect(read(lines(header, step, step))).rejects.toThrow(/^line 3: step: expected a step after 1, got 1/)
  })
})

describe('a file that is no trace is refused with what was expected', () => {
  const param = (change: object) => ({ ...header, params: [{ name: 'a', size: 2, ...change }] })
  it.each<[string, string | Buffer, RegExp]>([
    ['an empty file', '', /the file is empty/],
    ['text', 'step,loss\n1,2\n', /trace-\d+: line 1: this is not a JSON object.*\n.*begins with a header/],
    ['something compressed', Buffer.from([0x1f, 0x8b, 8, 0]), /it is compressed.*\n.*gunzip/],
    [
      'another JSON',
      '{"step":1}',
      /not the header of a trace: expected \{"schema": "lockstep\/trace\/1".*its schema is missing/,
    ],
    ['a later version', '{"schema":"lockstep/trace/9"}', /its schema is "lockstep\/trace\/9"/],
    ['no groups', JSON.stringify({ ...header, groups: [] }), /groups: expected a list with at least one entry/],
    ['no parameters', JSON.stringify({ ...header, params: undefined }), /params: expected a list .*it is missing/],
    [
      'two of one name',
      JSON.stringify({ ...header, params: [header.params[0], header.params[0]] }),
      /two are called 'a'/,
    ],
    [
      'a group that is not there',
      JSON.stringify(param({ group: 1 })),
      /params\[0\]\.group: there are 1 groups, counted from 0; got 1/,
    ],
    [
      'another format',
      JSON.stringify({ ...header, format: 'bfloat16' }),
      /params\[0\]: its format is to be "float32" or "float64", got "bfloat16"/,
    ],
    ['no size', JSON.stringify(param({ size: undefined })), /params\[0\]: how many numbers it has is not said/],
    ['an index outside', JSON.stringify(param({ indices: [0, 2] })), /there is no element 2 among 2/],
    [
      'a value of another size',
      JSON.stringify(param({ value: [1] })),
      /params\[0\]\.value: expected 2 float32 numbers, got 1/,
    ],
    ['a misspelt field', JSON.stringify(param({ sizes: 2 })), /params\[0\]: there is no field 'sizes'/],
    [
      'a name that moves the cursor',
      JSON.stringify(param({ name: 'a\u001b[2J' })),
      /params\[0\]\.name: "a\\u001b\[2J" cannot be printed/,
    ],
  ])('%s', async (_, content, message) => {
    await expect(read(file(content))).rejects.toThrow(message)
  })

  it('a file that is not there, or is a directory', async () => {
    await expect(read(join(directory, 'none'))).rejects.toThrow(/there is no such file/)
    await expect(read(directory)).rejects.toThrow(/it is a directory/)
  })

  it.each(['adamw.npz', 'adamw.safetensors'])('%s that was cut off, wherever', async name => {
    const whole = readFileSync(fixture(name))
    for (const length of [1, 4, 8, 9, 20, 300, whole.length - 40]) {
      const path = join(directory, `${length}-${name}`)
      writeFileSync(path, whole.subarray(0, length))
      await expect(read(path)).rejects.toThrow(/it was cut off/)
    }
  })

  it('JSON lines may have any ending', async () => {
    const path = join(directory, 'lines.npz')
    writeFileSync(path, `${JSON.stringify(header)}\n${JSON.stringify(step)}\n`)
    expect((await read(path)).steps).toHaveLength(1)
  })
})

/** A file as safetensors has it: a length, a JSON object, the bytes. */
function tensors(
  arrays: Record<string, [string, number[], Buffer]>,
  metadata: unknown = { lockstep: JSON.stringify(header) },
) {
  let at = 0
  const entries = Object.entries(arrays).map(([name, [dtype, shape, bytes]]) => {
    const from = at
    at += bytes.length
    return [name, { dtype, shape, data_offsets: [from, at] }]
  })
  const text = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, ...Object.values(arrays).map(([, , bytes]) => bytes)])
}

describe('arrays', () => {
  const rows = (values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer)
  const good: Record<string, [string, number[], Buffer]> = {
    'g/a': ['F32', [2, 2], rows([1, 2, 3, 4])],
    'g/b': ['F32', [2], rows([5, 6])],
    'x/a': ['F32', [3, 2], rows([0, 0, 1, 1, 2, 2])],
  }

  it('have a row a record; one more is what was before the first', async () => {
    const { steps } = await read(file(tensors(good)))
    expect(steps.map(({ step, gradients }) => [step, ...gradients.map(g => [...g!])])).toEqual([
      [1, [1, 2], [5]],
      [2, [3, 4], [6]],
    ])
    expect(steps.map(({ before, after }) => [before?.x[0], after.x[0]])).toEqual([
      [Float64Array.of(0, 0), Float64Array.of(1, 1)],
      [undefined, Float64Array.of(2, 2)],
    ])
  })

  it('a count of 0 is one that is not known', async () => {
    const counts = Buffer.from(BigInt64Array.from([0n, 7n]).buffer)
    expect((await read(file(tensors({ ...good, t: ['I64', [2], counts] })))).steps.map(({ t }) => t)).toEqual([
      [null, null],
      [7, 7],
    ])
  })

  it.each<[string, Record<string, [string, number[], Buffer]>, RegExp]>([
    ['no gradients', { 'x/a': good['x/a']! }, /there are no gradients.*\n.*g\/<parameter>/],
    [
      'an array that a trace does not have',
      { ...good, loss: ['F32', [2], rows([1, 2])] },
      /^loss: a trace has no such array.*\n.*It has step, t/,
    ],
    [
      'an unknown parameter',
      { ...good, 'x/c': ['F32', [2], rows([1, 2])] },
      /^x\/c: the header has no parameter 'c'\.\n.*It has a, b/,
    ],
    [
      'another type',
      { ...good, 'x/b': ['F64', [1], Buffer.alloc(8)] },
      /^x\/b: it holds F64, but the header says that 'b' is float32/,
    ],
    [
      'a type that is not read',
      { ...good, 'x/b': ['BF16', [2], Buffer.alloc(4)] },
      /^x\/b: elements of type BF16 cannot be read/,
    ],
    [
      'rows of another size',
      { ...good, 'x/b': ['F32', [2, 2], rows([1, 2, 3, 4])] },
      /^x\/b: expected rows of 1 numbers, got 2/,
    ],
    [
      'too few rows',
      { ...good, 'x/b': ['F32', [1], rows([1])] },
      /^x\/b: it has 1 rows, the gradients have 2.*\n.*one more/,
    ],
    [
      'a shape that its bytes do not fill',
      { ...good, 'x/b': ['F32', [2], rows([1])] },
      /^x\/b: it has 4 bytes; its shape needs 8/,
    ],
    [
      'a group that is not there',
      { ...good, 'hyper/3/lr': ['F64', [2], Buffer.alloc(16)] },
      /^hyper\/3\/lr: there are 1 groups/,
    ],
  ])('%s', async (_, arrays, message) => {
    await expect(read(file(tensors(arrays)))).rejects.toThrow(message)
  })

  it('without a header say where it is to be', async () => {
    await expect(read(file(tensors(good, {})))).rejects.toThrow(/metadata has no entry `lockstep`/)
    await expect(read(file(tensors(good, { lockstep: '{' })))).rejects.toThrow(
      /metadata\.lockstep is not a JSON object/,
    )
  })

  it.each(['adamw.npz', 'adamw-compressed.npz', 'adamw-zip64.npz', 'adamw.safetensors'])(
    '%s that was cut off is refused at every length',
    async name => {
      const whole = readFileSync(fixture(name))
      for (const share of [0.02, 0.3, 0.6, 0.9, 0.999]) {
        const cut = file(whole.subarray(0, Math.floor(whole.length * share)))
        await expect(read(cut), `${share}`).rejects.toMatchObject({ name: 'TraceError' })
      }
    },
  )

  it('an archive whose packed bytes are damaged is refused, or told by its numbers', async () => {
    const whole = readFileSync(fixture('adamw-compressed.npz'))
    const broken = Buffer.from(whole)
    const at = broken.indexOf('g/b.npy') + 40
    broken.fill(0xff, at, at + 30)
    await expect(read(file(broken))).rejects.toThrow(/^g\/b\.npy: it cannot be unpacked/)
  })
})
