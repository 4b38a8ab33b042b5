import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'

/** The import law: a layer imports only those of the rows above its own; layers in one row do not import one another. */
const rows = [
  ['numbers'],
  ['language'],
  ['rules'],
  ['derive'],
  ['problems'],
  ['subject'],
  ['checks'],
  ['diagnose'],
  ['machine'],
  ['guests', 'train', 'measure', 'score'],
  ['report'],
  ['kit'],
  ['cli'],
  // The facade of the package.
  ['index.ts'],
]
const rank = new Map(rows.flatMap((row, index) => row.map(layer => [layer, index] as const)))
const lastPortable = rank.get('diagnose')!

const nodeModules = new Set([...builtinModules, ...builtinModules.map(name => `node:${name}`)])
const nodeGlobals =
  /(?<![.\w$])((process|Buffer|global)(?=\s*(\.|\?\.|\[))|(require|setImmediate|clearImmediate)(?=\()|__dirname\b|__filename\b)/g
const nodeMeta = /\bimport\.meta\.(dirname|filename)\b/g
const tensorflowHomes = [/^src\/guests\/tfjs/, /^src\/train\//, /^src\/measure\//]

interface Import {
  readonly to: string
  readonly lazy: boolean
  readonly typeOnly: boolean
}

const comments = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*/g
const texts =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=[(,=:[!&|?{};]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\//g

/** What a file imports or re-exports, statically, lazily, or as a type. */
function importsOf(source: string): Import[] {
  const code = source.replace(comments, '')
  const found: Import[] = []
  for (const [, type, to] of code.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s*)?['"]([^'"]+)['"]/gm,
  )) {
    found.push({ to: to!, lazy: false, typeOnly: type !== undefined })
  }
  for (const [before, to] of code.matchAll(/(?:(?:await|=>|return|[=(,:[?])\s*)?\bimport\(\s*['"]([^'"]+)['"]/g)) {
    found.push({ to: to!, lazy: true, typeOnly: /^:/.test(before) })
  }
  return found
}

const layerOf = (path: string): string => path.split('/')[1]!

function checkImport(path: string, { to, lazy, typeOnly }: Import): string[] {
  const own = rank.get(layerOf(path))!
  if (to.startsWith('.')) {
    const target = posix.join(posix.dirname(path), to)
    const other = layerOf(target)
    if (!target.startsWith('src/')) return [`${path} imports ${target}, which is outside src`]
    if (other === layerOf(path)) return []
    const theirs = rank.get(other)
    return theirs !== undefined && theirs < own
      ? []
      : [`${path} imports ${target}: ${layerOf(path)} may not know ${other}`]
  }
  if (nodeModules.has(to) && own <= lastPortable)
    return [`${path} imports ${to}: up to diagnose nothing of Node is used`]
  if (!to.startsWith('@tensorflow/')) return []
  if (!tensorflowHomes.some(home => home.test(path)))
    return [`${path} imports ${to}: TensorFlow.js belongs to guests/tfjs, train and measure`]
  return lazy || typeOnly ? [] : [`${path} imports ${to} when it is loaded: import it where it is used`]
}

/** What of Node a file uses without importing it, and modules that it imports without writing their names out. */
function checkCode(path: string, source: string): string[] {
  const code = source.replace(comments, '').replace(texts, "''")
  const globals = [...code.matchAll(nodeGlobals), ...code.matchAll(nodeMeta)]
  const unnamed = /\bimport\(\s*[^'"\s]/.test(code.replaceAll("import('')", ''))
  return [
    ...globals.map(([name]) => `${path} uses ${name}: up to diagnose nothing of Node is used`),
    ...(unnamed ? [`${path} imports a module whose name is not written out`] : []),
  ]
}

/** Every place where a set of files, path to text, breaks the law. */
function violations(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, source]) => {
    const own = rank.get(layerOf(path))
    if (own === undefined) return [`${path}: ${layerOf(path)} is not in the law`]
    const imports = importsOf(source).flatMap(found => checkImport(path, found))
    return own > lastPortable ? imports : [...imports, ...checkCode(path, source)]
  })
}

const root = fileURLToPath(new URL('..', import.meta.url))
const paths = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
  .map(name => `src/${name.replaceAll('\\', '/')}`)
  .filter(name => /\.m?[jt]s$/.test(name))
const sources = new Map(paths.map(path => [path, readFileSync(`${root}/${path}`, 'utf8')]))

describe('the sources', () => {
  test('keep the import law', () => expect(violations(sources)).toEqual([]))

  test('are all read: every layer of the law that exists has files with imports', () => {
    expect(sources.size).toBeGreaterThan(40)
    expect([...sources.values()].flatMap(importsOf).length).toBeGreaterThan(sources.size)
  })

  test('up to diagnose can be bundled for a browser, with the packages that they use', async () => {
    const entryPoints = paths.filter(path => rank.get(layerOf(path))! <= lastPortable)
    const { errors } = await build({
      entryPoints,
      absWorkingDir: root,
      bundle: true,
      write: false,
      outdir: 'unused',
      platform: 'browser',
      format: 'esm',
      logLevel: 'silent',
    }).catch((failure: { errors: { text: string }[] }) => failure)
    expect(errors.map(error => error.text)).toEqual([])
  })
})

describe('the checker catches', () => {
  test.each<[string, string, string, string]>([
    [
      'an import of a higher layer',
      'src/numbers/a.ts',
      "import { fold } from '../language/fold.ts'",
      'numbers may not know language',
    ],
    [
      'a type import of a higher layer',
      'src/rules/a.ts',
      "import type { Subject } from '../subject/subject.ts'",
      'rules may not know subject',
    ],
    [
      'a lazy import of a higher layer',
      'src/checks/a.ts',
      "const { verify } = await import('../kit/index.ts')",
      'checks may not know kit',
    ],
    [
      'an inline type of a higher layer',
      'src/checks/a.ts',
      "let a: import('../report/a.ts').A",
      'checks may not know report',
    ],
    ['a re-export', 'src/derive/a.ts', "export * from '../problems/index.ts'", 'derive may not know problems'],
    [
      'an import of several lines',
      'src/derive/a.ts',
      "import {\n  a,\n  type B,\n} from '../checks/a.ts'",
      'derive may not know checks',
    ],
    ['an import for its effects', 'src/derive/a.ts', "import '../cli/main.ts'", 'derive may not know cli'],
    [
      'neighbours in one row',
      'src/guests/a.ts',
      "import { data } from '../train/data.ts'",
      'guests may not know train',
    ],
    ['kit importing cli', 'src/kit/a.ts', "import { main } from '../cli/main.ts'", 'kit may not know cli'],
    ['a folder that the law does not name', 'src/helpers/a.ts', '', 'helpers is not in the law'],
    [
      'an import from a folder that the law does not name',
      'src/cli/a.ts',
      "import { a } from '../helpers/a.ts'",
      'cli may not know helpers',
    ],
    ['an import from outside', 'src/cli/a.ts', "import { a } from '../../spec/a.ts'", 'outside src'],
    ['a Node module', 'src/checks/a.ts', "import { readFileSync } from 'node:fs'", 'imports node:fs'],
    ['a Node module without its prefix', 'src/language/a.ts', "import { join } from 'path'", 'imports path'],
    ['a global of Node', 'src/diagnose/a.ts', 'const seed = Number(process.env.SEED)', 'uses process'],
    ['Buffer', 'src/subject/a.ts', "const bytes = Buffer.from('00')", 'uses Buffer'],
    ['the folder of a module', 'src/rules/a.ts', 'const here = import.meta.dirname', 'uses import.meta.dirname'],
    ['a module without a written name', 'src/rules/a.ts', 'await import(path)', 'not written out'],
    [
      'TensorFlow.js in the wrong place',
      'src/derive/tensor.ts',
      "const tf = await import('@tensorflow/tfjs-core')",
      'TensorFlow.js belongs',
    ],
    [
      'TensorFlow.js at load time',
      'src/guests/tfjs.ts',
      "import * as tf from '@tensorflow/tfjs-core'",
      'import it where it is used',
    ],
  ])('%s', (_, path, source, message) => {
    expect(violations(new Map([[path, source]]))).toEqual([expect.stringContaining(message)])
  })

  test.each<[string, string, string]>([
    [
      'lower layers',
      'src/checks/a.ts',
      "import { a } from '../subject/a.ts'\nimport type { B } from '../numbers/b.ts'",
    ],
    ['the own layer', 'src/rules/a.ts', "import { a } from './b.ts'"],
    ['kit from cli', 'src/cli/a.ts', "const { verify } = await import('../kit/index.ts')"],
    ['Node above diagnose', 'src/guests/a.ts', "import { spawn } from 'node:child_process'\nprocess.exit(0)"],
    [
      'TensorFlow.js where it is used',
      'src/train/a.ts',
      "import type * as tf from '@tensorflow/tfjs-core'\nawait import('@tensorflow/tfjs-core')",
    ],
    [
      'words in comments and texts',
      'src/rules/a.ts',
      "// process.env, import('../cli/a.ts')\nconst a = 'process.env is not read'",
    ],
  ])('nothing in %s', (_, path, source) => expect(violations(new Map([[path, source]]))).toEqual([]))
})
