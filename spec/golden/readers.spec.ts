import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/vectors.md'), 'utf8')
const vectors = join(root, 'golden/vectors/adam-kingma-ba.json')

/** Every file that the page shows, by the name that stands before it. */
const files: Readonly<Record<string, string>> = Object.fromEntries(
  [...page.matchAll(/`([\w./]+)`:\n\n```\w+\n([\s\S]*?)^```/gm)].map(([, name, text]) => [name!, text!]),
)

const directory = mkdtempSync(join(tmpdir(), 'lockstep-readers-'))
afterAll(() => rmSync(directory, { recursive: true }))
for (const [name, text] of Object.entries(files)) write(name, text)

function write(name: string, text: string): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true })
  writeFileSync(join(directory, name), text)
}

const python = process.env.LOCKSTEP_PYTHON ?? 'python3'
const compiler = process.env.CC ?? 'cc'
/** What Rust builds is kept, since its JSON library takes seconds. */
const env = { ...process.env, CARGO_TARGET_DIR: join(root, '.lockstep/readers') }

/** What a command prints, which must end well. */
async function run(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: directory, env })
  return stdout
}

/** Where everything is checked, nothing may be missing; elsewhere it is said what is. */
function without(what: string, ...commands: (readonly [string, ...string[]])[]): string | false {
  const run = ([command, ...args]: readonly [string, ...string[]]): boolean =>
    spawnSync(command, args, { cwd: directory, env }).status === 0
  return commands.every(run) || process.env.CI ? false : `skipped: ${what}`
}

/** The text of a file of the page with one edit. */
function edited(name: string, from: string, to: string): string {
  expect(files[name]).toContain(from)
  return files[name]!.replace(from, to)
}

test('every block of the page is a file with a name', () => {
  expect(Object.keys(files)).toEqual(['reader.py', 'header.py', 'reader.c', 'Cargo.toml', 'src/main.rs'])
  expect(page.match(/^```\w+$/gm)).toHaveLength(Object.keys(files).length)
})

const noPython = without(`${python} does not run here`, [python, '--version'])
describe.skipIf(noPython)(`the reader in Python${noPython ? ` (${noPython})` : ''}`, { timeout: 60_000 }, () => {
  test('passes Adam and names what a wrong one leaves', async () => {
    const lines = (await run(python, 'reader.py', vectors)).trimEnd().split('\n')
    expect(lines[0]).toMatch(/^Adam: 0 of \d+ vectors fail$/)
    expect(lines[1]).toMatch(/^WrongAdam, vector 1 \w+: step 1, parameter 0, element 0: \S+ is not in \[\S+, \S+\]$/)
    expect(lines.at(-1)).toMatch(/^WrongAdam: [1-9]\d* of \d+ vectors fail$/)
  })

  test('refuses another schema', async () => {
    write('other.json', readFileSync(vectors, 'utf8').replace('lockstep/vectors/1', 'lockstep/vectors/2'))
    await expect(run(python, 'reader.py', 'other.json')).rejects.toThrow('AssertionError')
  })

  test('an optimizer that gives NaN fails', async () => {
    write('nan.py', edited('reader.py', 'self.x[i] -= self.lr', 'self.x[i] -= math.nan'))
    expect(await run(python, 'nan.py', vectors)).toMatch(/^Adam: [1-9]\d* of \d+ vectors fail$/m)
  })
})

const noCompiler = without(`${python} and ${compiler} do not run here`, [python, '--version'], [compiler, '--version'])
describe.skipIf(noCompiler)(`the reader in C${noCompiler ? ` (${noCompiler})` : ''}`, { timeout: 60_000 }, () => {
  /** Compiles a reader for a format, and gives what it prints. */
  async function reader(name: string, real: 'float' | 'double', ...flags: string[]): Promise<string> {
    write('vectors.h', await run(python, 'header.py', vectors, real === 'float' ? 'float32' : 'float64'))
    const strict = ['-std=c99', '-O2', '-Wall', '-Wextra', '-Werror', ...flags]
    await run(compiler, ...strict, `-DREAL=${real}`, '-o', 'reader', name, '-lm')
    return run('./reader')
  }

  test.each(['float', 'double'] as const)('passes Adam and rejects a wrong one, %s', async real => {
    const out = await reader('reader.c', real)
    expect(out).toMatch(/^Adam: 0 iterates are outside$/m)
    expect(out).toMatch(/^wrong Adam, vector 1 \w+: \d+ iterates are outside$/m)
    expect(out).toMatch(/^wrong Adam: [1-9]\d* iterates are outside$/m)
  })

  test('passes Adam with fused multiply-adds, reordered sums and reciprocals, as a compiler may make of it', async () => {
    const loose = ['-ffp-contract=fast', '-fno-signed-zeros', '-fno-trapping-math', '-fassociative-math']
    const out = await reader('reader.c', 'float', '-std=gnu99', '-march=native', ...loose, '-freciprocal-math')
    expect(out).toMatch(/^Adam: 0 iterates are outside$/m)
  })

  test('a power of a beta2 that was rounded to float32 is outside, unless all of beta2 is, as the page says', async () => {
    write('power.c', edited('reader.c', 'pow(beta2, t)', 'pow((float)beta2, t)'))
    expect(await reader('power.c', 'float')).toMatch(/^Adam: [1-9]\d* iterates are outside$/m)
    write('all.c', edited('reader.c', 'usual(row->hyper.beta2, 0.999)', '(float)usual(row->hyper.beta2, 0.999)'))
    expect(await reader('all.c', 'float')).toMatch(/^Adam: 0 iterates are outside$/m)
  })
})

const noCargo = without('cargo and the crates of the reader are not to be had here', ['cargo', 'fetch'])
describe.skipIf(noCargo)(`the reader in Rust${noCargo ? ` (${noCargo})` : ''}`, { timeout: 240_000 }, () => {
  test.each([
    ['f32', 'float32'],
    ['f64', 'float64'],
  ])('passes Adam and rejects a wrong one, %s', async (real, format) => {
    const text = edited('src/main.rs', 'Real = f32', `Real = ${real}`)
    write('src/main.rs', text.replace('"float32";', `"${format}";`))
    const out = await run('cargo', 'run', '--quiet', vectors)
    expect(out).toMatch(/^Adam: 0 iterates are outside\nwrong Adam: [1-9]\d* iterates are outside\n$/)
  })
})
