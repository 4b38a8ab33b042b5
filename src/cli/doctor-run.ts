import type { Python } from '../guests/find-python.ts'
import { installs, pinned } from '../guests/frameworks.ts'
import { GoldenFiles } from '../guests/golden-files.ts'
import { wasmInstall } from '../guests/tfjs.ts'
import { document } from '../report/json.ts'
import { plural } from '../report/numbers.ts'
import { columns, pad, paint, plain, type Terminal, wrap } from '../report/terminal-style.ts'
import { exitCode } from './failures.ts'
import { nativeAnswer } from './native-answer.ts'
import { print } from './output.ts'
import { installed, version } from './package.ts'
import { pythonHere } from './python.ts'
import { recordings } from './recordings.ts'
import { screen } from './screen.ts'

/** One thing that Lockstep can use: what was found, or what it would add and how to get it. */
interface Finding {
  readonly what: string
  readonly found?: string
  readonly adds?: string
  readonly get?: string
}

/** Prints what is here; 3 where something that ships with Lockstep is missing. */
export async function runDoctor(options: { json?: boolean; python?: string }): Promise<number> {
  const [engine, interpreter] = await Promise.all([native(), pythonHere(options.python)])
  const findings = [...own(), engine, ...goldens(), ...python(interpreter)]
  await print(options.json ? document({ schema: 'lockstep/doctor/1', findings }) : page(findings, screen()))
  return findings.some(({ what, found }) => what.startsWith('golden') && found === undefined)
    ? exitCode.undecided
    : exitCode.conforms
}

function own(): Finding[] {
  const tfjs = installed('@tensorflow/tfjs-core')
  const wasm = installed('@tensorflow/tfjs-backend-wasm')
  return [
    { what: 'lockstep', found: version },
    { what: 'node', found: `${process.versions.node}, ${process.platform} ${process.arch}` },
    tfjs
      ? { what: 'tfjs', found: `${tfjs}, on the JavaScript CPU backend: subject tfjs` }
      : {
          what: 'tfjs',
          adds: 'the subject tfjs',
          get: 'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu',
        },
    wasm
      ? { what: 'tfjs wasm', found: `${wasm}: subject tfjs:wasm` }
      : { what: 'tfjs wasm', adds: 'the subject tfjs:wasm', get: wasmInstall },
  ]
}

/** The engine that trains on TensorFlow's library: it is loaded, for a folder that is there proves nothing. */
async function native(): Promise<Finding> {
  const answer = await nativeAnswer()
  const what = 'engine native'
  if ('description' in answer)
    return { what, found: `${answer.description.device}: training at the speed of TensorFlow` }
  const { message, hint = 'npx lockstep setup tensorflow' } = answer
  const why = message.startsWith('There is no ') ? '' : ` (${message})`
  return { what, adds: `training at the speed of TensorFlow${why}`, get: hint.replace(/^npx /, '') }
}

/** The recordings and where they come from. */
function goldens(): Finding[] {
  try {
    const files = new GoldenFiles(process.env.LOCKSTEP_GOLDEN)
    return Object.entries(recordings).map(([name, { directory, what }]) => {
      const families = files.familiesOf(directory)
      const provenance = families[0] === undefined ? undefined : files.family(directory, families[0])?.provenance
      if (!provenance)
        return {
          what: `golden ${directory}`,
          adds: `the subject ${name}`,
          get: `lockstep golden generate --only ${directory}`,
        }
      const { library, version: made, platform, python: by } = provenance as Record<string, unknown>
      return {
        what: `golden ${directory}`,
        found: `${plural(families.length, 'rule')}, ${library} ${made}, Python ${by}, ${platform} (${what}): subject ${name}`,
      }
    })
  } catch (error) {
    return [
      {
        what: 'golden',
        adds: `the recorded subjects (${(error as Error).message.split('\n')[0]})`,
        get: 'lockstep golden generate, or reinstall lockstep',
      },
    ]
  }
}

/** What each Python package is good for here. */
const uses: Readonly<Record<string, string>> = {
  numpy: 'your classes and functions on NumPy arrays',
  torch: 'the subject pytorch:live, your PyTorch optimizers, and a byte-for-byte check of the PyTorch recordings',
  keras: 'your Keras optimizers; recording Keras anew (golden generate --only keras)',
  tensorflow: 'the subjects keras:live and keras:tensorflow (with keras)',
  jax: 'the subject keras:jax (with keras)',
  optax: 'the subject optax:live, your Optax factories; recording Optax anew (golden generate --only optax)',
}

function python(found: Python | undefined): Finding[] {
  const first: Finding = found
    ? { what: 'python', found: `${found.version}, ${found.python}` }
    : {
        what: 'python',
        adds: 'everything below',
        get: 'https://www.python.org, or your package manager; then: lockstep setup frameworks',
      }
  return [
    first,
    ...Object.entries(uses).map(([name, adds]): Finding => {
      const has = found?.packages[name]
      const get = found ? `${found.python} -m ${installs[name]}, or: lockstep setup frameworks` : undefined
      if (!has) return { what: name, adds, get: get ?? `lockstep setup frameworks, or: python3 -m ${installs[name]}` }
      const other = pinned[name] !== has.split('+')[0] ? ` (recorded with ${pinned[name]})` : ''
      return { what: name, found: `${has}${other}: ${adds}` }
    }),
  ]
}

function page(findings: readonly Finding[], terminal: Terminal): string {
  const p = paint(terminal)
  const wide = Math.max(...findings.map(({ what }) => columns(what)))
  const lines = findings.flatMap(({ what, found, adds, get }) => {
    const glyph = found === undefined ? '–' : '✓'
    const [head = '', ...rest] = wrap(
      plain(found ?? `not here; it would add ${adds}`, terminal),
      terminal.width,
      `  ${glyph} ${pad(what, wide)}  `,
      ' '.repeat(wide + 6),
    )
    const how = get === undefined ? [] : [`${' '.repeat(wide + 6)}${p.cyan(plain(`→ ${get}`, terminal))}`]
    return [
      plain(head.replace(glyph, found === undefined ? p.yellow(glyph) : p.green(glyph)), terminal),
      ...rest,
      ...how,
    ]
  })
  return `\n${lines.join('\n')}\n\n  ${plain('Next: lockstep verify', terminal)}\n\n`
}
