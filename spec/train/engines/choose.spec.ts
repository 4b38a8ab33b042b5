import { describe, expect, test } from 'vitest'
import { chooseEngine, type Loader, loaders } from '../../../src/train/engines/choose.ts'
import { type Engine, type EngineId, engineIds, NoEngine, type TensorFlow } from '../../../src/train/engines/engine.ts'

const engine = (id: EngineId): Engine => ({
  description: { engine: id, device: id, versions: {} },
  tf: {} as TensorFlow,
  normalise: () => {
    throw new Error('nothing is computed here')
  },
  close: () => {},
})
const there = (id: EngineId): Loader => ({ load: async () => engine(id) })
const missing = (id: EngineId): Loader => ({
  load: async () => {
    throw new NoEngine(id, `no ${id}`, `install ${id}`)
  },
})
const onlySoftware: Loader = {
  ...there('webgpu'),
  automatically: () => Promise.reject(new NoEngine('webgpu', 'only software', 'ask for it')),
}
const all = { native: there('native'), webgpu: there('webgpu'), wasm: there('wasm') }

const chosen = async (from: typeof all, asked?: EngineId) =>
  (await chooseEngine(asked, undefined, from)).description.engine

describe('the engine', () => {
  test('is the fastest that loads', async () => {
    expect(await chosen(all)).toBe('native')
    expect(await chosen({ ...all, native: missing('native') })).toBe('webgpu')
    expect(await chosen({ ...all, native: missing('native'), webgpu: missing('webgpu') })).toBe('wasm')
  })

  test('is not a software adapter, unless that is asked for', async () => {
    const from = { ...all, native: missing('native'), webgpu: onlySoftware }
    expect(await chosen(from)).toBe('wasm')
    expect(await chosen(from, 'webgpu')).toBe('webgpu')
  })

  test('comes with why the faster ones were not taken, and what to do', async () => {
    const { notTaken } = await chooseEngine(undefined, undefined, {
      ...all,
      native: missing('native'),
      webgpu: onlySoftware,
    })
    expect(notTaken).toEqual([
      { engine: 'native', reason: 'no native', hint: 'install native' },
      { engine: 'webgpu', reason: 'only software', hint: 'ask for it' },
    ])
    expect((await chooseEngine(undefined, undefined, all)).notTaken).toEqual([])
  })

  test.each(engineIds)('that is asked for is taken: %s', async id => {
    expect(await chosen(all, id)).toBe(id)
    expect((await chooseEngine(id, undefined, all)).notTaken).toEqual([])
  })

  test('that is asked for and not there is an error, not another engine', async () => {
    const asked = chosen({ ...all, native: missing('native') }, 'native')
    await expect(asked).rejects.toMatchObject({ name: 'NoEngine', engine: 'native', hint: 'install native' })
  })

  test('that fails in another way than by not being there is not passed over', async () => {
    const broken: Loader = { load: () => Promise.reject(new RangeError('out of memory')) }
    await expect(chosen({ ...all, native: broken })).rejects.toThrow('out of memory')
  })

  test('is nowhere: the error names the last', async () => {
    const none = { native: missing('native'), webgpu: missing('webgpu'), wasm: missing('wasm') }
    await expect(chosen(none)).rejects.toMatchObject({ engine: 'wasm', hint: 'install wasm' })
  })

  test('is looked for where it was said to be', async () => {
    const looked: unknown[] = []
    const load = async (places?: readonly string[]) => {
      looked.push(places)
      return engine('native')
    }
    const native: Loader = { load }
    await chooseEngine(undefined, ['/a', '/b'], { ...all, native })
    expect(looked).toEqual([['/a', '/b']])
  })
})

test('the native engine that is not there hints at its set-up', async () => {
  const places = ['/nonexistent']
  await expect(loaders.native.load(places)).rejects.toMatchObject({
    hint: expect.stringContaining('lockstep setup tensorflow'),
  })
})
