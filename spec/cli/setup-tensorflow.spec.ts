import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pinned } from '../../src/guests/frameworks.ts'
import { packageIn } from '../../src/train/engines/native/places.ts'
import { isNativeHere, nativePlace } from '../train/engines/native/here.ts'
import { lockstep, workplace } from './command.ts'

interface Fakes {
  /** The version of TensorFlow that Python has; '' for none. */
  readonly tensorflow?: string
  /** What npm does: shell, in the place that it installs to. */
  readonly npm?: string
  /** What the compiler does with its output, "$out". */
  readonly compiler?: string
}

/** Python, npm and a compiler that write down what they are asked; nothing is fetched. */
function fakes({ tensorflow = pinned.tensorflow, npm = fakePackages, compiler = 'echo x > "$out"' }: Fakes = {}) {
  const home = workplace()
  const wheel = join(home, 'wheel')
  mkdirSync(join(wheel, 'include/tensorflow/c'), { recursive: true })
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h'])
    writeFileSync(join(wheel, name), '')
  const log = join(home, 'log')
  const script = (name: string, text: string): void => {
    writeFileSync(join(home, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(home, name), 0o755)
  }
  const python = (version: string): string => `
if [ "$1" = -c ]; then case "$2" in
  *submodule_search_locations*) [ -n "${version}" ] || exit 1; echo '{"folder": "${wheel}", "version": "${version}"}';;
  *) echo '{"version": "3.12.1", "packages": {}}';;
esac; exit 0; fi
echo "python $*" >> ${log}`
  script('with-tensorflow', python(pinned.tensorflow!))
  script('python3', `${python(tensorflow!)}\nmkdir -p "$3/bin"; cp ${home}/with-tensorflow "$3/bin/python"`)
  script('npm', `echo "npm $*" >> ${log}\n${npm}`)
  script('g++', `[ "$1" = --version ] && exit 0\necho "g++ $*" >> ${log}\nfor out in "$@"; do :; done\n${compiler}`)
  const calls = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [])
  return {
    home,
    wheel,
    script,
    env: { PATH: `${home}:/usr/bin:/bin`, CXX: '', XDG_CACHE_HOME: join(home, 'cache') },
    calls: (command: string): string[] => calls().filter(call => call.startsWith(`${command} `)),
  }
}

const fakePackages = `
for name in @tensorflow/tfjs-node node-api-headers @mapbox/node-pre-gyp; do
  mkdir -p "$3/node_modules/$name"; echo '{}' > "$3/node_modules/$name/package.json"
done
echo 'exports.find = manifest => require("node:path").join(manifest, "../lib/napi-v8/tfjs_binding.node")' > "$3/node_modules/@mapbox/node-pre-gyp/index.js"`

const args = ['setup', 'tensorflow', '--dir', 'engine', '--python', 'python3']

describe.runIf(process.platform === 'linux')('setup tensorflow', () => {
  test('fetches without install scripts, builds against the TensorFlow of the Python, and says when the result does not run', async () => {
    const { env, calls, wheel } = fakes()
    const cwd = workplace()
    const { code, err } = await lockstep(args, { cwd, env })
    expect(code).toBe(3)
    expect(err).toMatch(/\[1\/3\] TensorFlow .*\[2\/3\] @tensorflow\/tfjs-node@.*\[3\/3\] the binding/s)
    expect(err).toMatch(/It was built, but does not run\. The TensorFlow in .*file too short/)
    expect(calls('python')).toEqual([])
    expect(calls('npm')).toEqual([
      expect.stringMatching(/^npm install .*--ignore-scripts .*@tensorflow\/tfjs-node@[\d.]+ /),
    ])
    const [quiet, binding] = calls('g++')
    expect(quiet).toMatch(/quiet\.cc .*quiet\.node\.half$/)
    expect(binding).toContain(`-L${wheel} -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 -Wl,-rpath,${wheel}`)
  })

  test('makes everything anew where all of it is there and does not run', async () => {
    const { env, calls } = fakes()
    const cwd = workplace()
    await lockstep(args, { cwd, env })
    const { code, err } = await lockstep(args, { cwd, env })
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining('It is made anew') })
    expect(calls('npm')).toHaveLength(2)
    expect(calls('g++')).toHaveLength(4)
  })

  test.each([
    ['', 'none'],
    ['2.9.1', 'another'],
  ])('makes an environment with TensorFlow alone where the Python has %j: %s', async tensorflow => {
    const { env, calls } = fakes({ tensorflow })
    const cwd = workplace()
    const { err } = await lockstep(args, { cwd, env })
    expect(err).toContain(`python3 has no TensorFlow ${pinned.tensorflow}: an environment is made with it.`)
    expect(calls('python')).toEqual([
      `python -m venv ${join(cwd, 'engine/python')}`,
      expect.stringMatching(new RegExp(`^python -m pip install .*tensorflow-cpu==${pinned.tensorflow}$`)),
    ])
    await lockstep(['setup', 'tensorflow', '--dir', 'engine'], { cwd, env })
    expect(calls('python')).toHaveLength(2)
  })

  test('does not take for whole what an interrupted npm left, nor a binding that was not finished', async () => {
    const { env, calls, script } = fakes({ npm: `${fakePackages}\nexit 1`, compiler: 'echo x > "$out"; exit 1' })
    const cwd = workplace()
    const left = join(cwd, 'engine/node_modules/left-over')
    expect((await lockstep(args, { cwd, env })).code).toBe(3)
    mkdirSync(left)
    script('npm', fakePackages)
    expect((await lockstep(args, { cwd, env })).err).toMatch(/g\+\+ failed \(exit code 1\)/)
    expect(existsSync(left)).toBe(false)
    const built = join(packageIn(join(cwd, 'engine'), '@tensorflow/tfjs-node'), 'lib/napi-v8')
    expect(readdirSync(built)).toEqual(['quiet.node.half'])
    expect(calls('g++')).toHaveLength(1)
  })

  test('that was whole once, and was interrupted while it was made anew, is not whole', async () => {
    const { env, calls, script } = fakes()
    const cwd = workplace()
    await lockstep(args, { cwd, env })
    rmSync(join(packageIn(join(cwd, 'engine'), 'node-api-headers'), 'package.json'))
    script('npm', `${fakePackages}\nexit 1`)
    expect((await lockstep(args, { cwd, env })).err).toContain('npm install')
    script('npm', `${fakePackages}\ntouch "$3/fetched-again"`)
    await lockstep(args, { cwd, env })
    expect(existsSync(join(cwd, 'engine/fetched-again'))).toBe(true)
    expect(calls('g++')).toHaveLength(4)
  })

  test.each<[string, Fakes, RegExp]>([
    [
      'a registry that cannot be reached',
      { npm: 'echo "npm error code ENOTFOUND" >&2; exit 1' },
      /registry of npm cannot be reached/,
    ],
    [
      'a registry that lacks it',
      { npm: 'echo "npm error code E404" >&2; exit 1' },
      /configured has not got it: see `npm config get registry`/,
    ],
    ['a full disk', { npm: 'echo "npm error code ENOSPC" >&2; exit 1' }, /The disk is full/],
    [
      'a missing header',
      { compiler: 'echo "fatal error: string: No such file or directory" >&2; exit 1' },
      /A header is missing: .*apt install g\+\+/,
    ],
  ])('%s is said, with what to do', async (_, what, words) => {
    const { env } = fakes(what)
    const { code, err } = await lockstep(args, { env })
    expect({ code, err }).toEqual({ code: 3, err: expect.stringMatching(words) })
  })

  test('a missing npm and a missing compiler are named', async () => {
    const { env, home } = fakes()
    const alone = { ...env, PATH: home }
    // The fakes themselves are scripts of sh, which is named by its path.
    rmSync(join(home, 'g++'))
    expect((await lockstep(args, { env: { ...env, CXX: 'no-such-compiler' } })).err).toMatch(
      /There is no C\+\+ compiler: no-such-compiler does not run\. .*apt install g\+\+.*CXX/,
    )
    rmSync(join(home, 'npm'))
    expect((await lockstep(args, { env: alone })).err).toMatch(/npm does not run .*It comes with Node\.js/)
  })

  test('nothing is written into a directory that is somebody else’s', async () => {
    const { env, calls } = fakes()
    const cwd = workplace()
    mkdirSync(join(cwd, 'engine'))
    writeFileSync(join(cwd, 'engine', 'thesis.tex'), '')
    const { code, err } = await lockstep(args, { cwd, env })
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('was not made by lockstep setup') })
    expect(calls('npm')).toEqual([])
  })

  test.skipIf(!isNativeHere)('ends with an engine that runs, and the second time only tries it', async () => {
    const real = join(nativePlace, 'node_modules')
    const built = join(packageIn(nativePlace, '@tensorflow/tfjs-node'), 'lib/napi-v8')
    // npm links what is there; the compiler copies what was built.
    const { env, calls } = fakes({
      npm: `mkdir -p "$3/node_modules/@tensorflow"
for name in ${real}/* ${real}/@*; do case "$name" in */@tensorflow) ;; *) ln -sfn "$name" "$3/node_modules/";; esac; done
for name in ${real}/@tensorflow/*; do case "$name" in */tfjs-node) cp -r "$name" "$3/node_modules/@tensorflow/";; *) ln -s "$name" "$3/node_modules/@tensorflow/";; esac; done
rm -rf "$3/node_modules/@tensorflow/tfjs-node/lib"`,
      compiler: `name=\${out##*/}; cp "${built}/\${name%.half}" "$out"`,
    })
    const cwd = workplace()
    const first = await lockstep(args, { cwd, env })
    expect(first).toMatchObject({
      code: 0,
      err: expect.stringMatching(/It runs: CPU, TensorFlow [\d.]+, .*Lockstep looks into .*link/s),
    })
    const second = await lockstep(args, { cwd, env })
    expect(second).toMatchObject({ code: 0, err: expect.stringContaining('Already there: CPU, TensorFlow') })
    expect([calls('npm').length, calls('g++').length]).toEqual([1, 2])
  })
})
