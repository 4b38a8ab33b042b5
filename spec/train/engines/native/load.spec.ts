import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import util, { promisify } from 'node:util'
import { describe, expect, inject, test } from 'vitest'
import { NoEngine } from '../../../../src/train/engines/engine.ts'
import { native, packageIn } from '../../../../src/train/engines/native/index.ts'
import { isNativeHere, nativePlace } from './here.ts'

const scratch = (): string => mkdtempSync(join(tmpdir(), 'lockstep-native-'))

/** What finds a binding in a package, as the real one does. */
const finder = `exports.find = manifest => require('node:path').join(manifest, '../lib/napi-v8/tfjs_binding.node')`

/** A place with a package that has this binding, and this code. */
function place({
  binding,
  code = '',
  find = finder,
}: {
  binding?: Uint8Array
  code?: string
  find?: string
} = {}): string {
  const directory = scratch()
  const folder = packageIn(directory, '@tensorflow/tfjs-node')
  mkdirSync(join(folder, 'lib/napi-v8'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }')
  writeFileSync(join(folder, 'index.js'), code)
  if (binding) writeFileSync(join(folder, 'lib/napi-v8/tfjs_binding.node'), binding)
  const finding = packageIn(directory, '@mapbox/node-pre-gyp')
  mkdirSync(finding, { recursive: true })
  writeFileSync(join(finding, 'index.js'), find)
  return directory
}

async function refusal(places: readonly string[]): Promise<NoEngine> {
  const error = await native({ places }).catch(error => error)
  expect(error).toBeInstanceOf(NoEngine)
  return error
}

const builtIn = (place: string): string => join(packageIn(place, '@tensorflow/tfjs-node'), 'lib/napi-v8')

/** Loads the engine in a process of its own: here TensorFlow may be loaded already, and is then not looked for. */
function probed(places: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = scratch()) {
  const { TF_CPP_MIN_LOG_LEVEL: _, ...inherited } = process.env
  const probe = join(inject('bundle'), 'native-probe.js')
  return promisify(execFile)(process.execPath, [probe, ...places], { cwd, env: { ...inherited, ...env } })
}

describe('the native engine', () => {
  test('that was never set up is refused with where it was looked for and the command that gets it', async () => {
    const nowhere = scratch()
    const { message, hint } = await refusal([nowhere, '/no/such/place'])
    expect(message).toBe(`There is no @tensorflow/tfjs-node in ${nowhere}, nor in /no/such/place.`)
    expect(hint).toBe('npx lockstep setup tensorflow')
  })

  test.each([
    ['without a binding', {}, /does not load: its binding was never built: there is no .*tfjs_binding\.node/],
    [
      'with a binding cut short',
      { binding: new Uint8Array(10) },
      /does not load: it is cut short, or made for another machine \(.*file too short/,
    ],
    [
      'with a binding that is no library',
      { binding: Buffer.from('x'.repeat(4096)) },
      /does not load: it is cut short, or made for another machine \(.*invalid ELF header/,
    ],
    [
      'with half of its packages',
      { find: `require('nopt')` },
      /does not load: a part of the package is missing \(Cannot find module 'nopt'/,
    ],
  ] as const)('%s is refused with what is broken and how to mend it', async (_, what, words) => {
    const directory = place(what)
    const { message, hint } = await refusal([directory])
    expect(message).toMatch(words)
    expect(hint).toBe(`npx lockstep setup tensorflow --dir ${directory}`)
  })

  test('names every place that is broken', async () => {
    const places = [place(), place({ binding: new Uint8Array(10) })]
    const { message } = await refusal(places)
    expect(message.split('\n').map((line, k) => line.includes(places[k]!))).toEqual([true, true])
  })
})

describe.skipIf(!isNativeHere)('the native engine that is here', () => {
  test('says on what it runs', async () => {
    const { description } = await native({ places: [nativePlace] })
    expect(description.engine).toBe('native')
    expect(description.device).toMatch(/^CPU, TensorFlow 2\.\d+\.\d+, (one thread|\d+ threads)$/)
    expect(description.versions).toMatchObject({ node: process.versions.node, '@tensorflow/tfjs-node': '4.22.0' })
  })

  test('is found behind a place that is broken', async () => {
    const { description } = await native({ places: [place(), nativePlace] })
    expect(description.engine).toBe('native')
  })

  test('is found as the package of a project, and in the cache of the user', async () => {
    const [project, cache] = [scratch(), scratch()]
    symlinkSync(join(nativePlace, 'node_modules'), join(project, 'node_modules'))
    mkdirSync(join(cache, 'lockstep'))
    symlinkSync(nativePlace, join(cache, 'lockstep/tensorflow'))
    const found = async (cwd: string, XDG_CACHE_HOME: string): Promise<boolean> =>
      'description' in JSON.parse((await probed([], { XDG_CACHE_HOME }, cwd)).stdout)
    expect([await found(project, scratch()), await found(scratch(), cache)]).toEqual([true, true])
    expect(await found(scratch(), scratch())).toBe(false)
  })

  test('whose TensorFlow was removed says so', async () => {
    const binding = readFileSync(join(builtIn(nativePlace), 'tfjs_binding.node')).toString('latin1')
    // Of the same length: the parts of a library are found by their offsets.
    const moved = Buffer.from(binding.replaceAll('/site-packages/', '/removed-there/'), 'latin1')
    const { stdout } = await probed([place({ binding: moved })])
    expect(JSON.parse(stdout).message).toMatch(
      /the libtensorflow that it was built against was moved or removed \(libtensorflow_cc/,
    )
  })

  test('is silent while it is loaded, unless TensorFlow is to tell all', async () => {
    expect((await probed([nativePlace])).stderr).toBe('')
    expect((await probed([nativePlace], { TF_CPP_MIN_LOG_LEVEL: '0' })).stderr).toContain('oneDNN')
  })

  test('whose binding loads but whose code does not says why', async () => {
    const directory = place({ code: `throw new Error('half of a file')` })
    for (const name of ['quiet.node', 'tfjs_binding.node'])
      symlinkSync(join(builtIn(nativePlace), name), join(builtIn(directory), name))
    const { message, cause } = await refusal([directory])
    expect(message).toContain('does not load: half of a file')
    expect(cause).toBeInstanceOf(Error)
  })

  test('computes what calls node:util for functions that Node 23 no longer has', async () => {
    const { tf } = await native({ places: [nativePlace] })
    expect(util).toHaveProperty('isNullOrUndefined')
    expect([...tf.topk(tf.tensor1d([1, 5, 3]), 2).values.dataSync()]).toEqual([5, 3])
  })
})
