import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readPlan } from '../src/cli/config/plan.ts'
import { exitCode } from '../src/cli/failures.ts'
import { parseReporter } from '../src/cli/reporter-choice.ts'
import { verify } from '../src/cli/verify.ts'
import { writers } from '../src/report/index.ts'
import { workplace } from './cli/command.ts'
import { problems } from './json-schema.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const blocks = (text: string): string[] => [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml]) => yaml!)

interface Step {
  id?: string
  if?: string
  uses?: string
  run?: string
  shell?: string
  env?: Record<string, string>
  with?: Record<string, string>
}

const action = parse(read('action.yml')) as {
  inputs: Record<string, { description: string; default: string }>
  outputs: Record<string, { value: string }>
  runs: { using: string; steps: Step[] }
}
const step = action.runs.steps.find(({ id }) => id === 'verify')!

/** Words of a line as a shell reads them, quotes included. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)

/** What of a command the real command line does not understand. */
function misunderstood(line: string): string[] {
  const program = new Command()
  verify(program, () => {})
  const [command] = program.commands
  command!.exitOverride().configureOutput({ writeErr: () => {} })
  try {
    return command!.parseOptions(words(line)).unknown
  } catch (error) {
    return [(error as Error).message]
  }
}

describe('action.yml', () => {
  test('is a composite action, each of whose inputs is described, has a default, and is used', () => {
    expect(action.runs.using).toBe('composite')
    const used = JSON.stringify(action.runs.steps)
    for (const [name, { description, default: usual }] of Object.entries(action.inputs)) {
      expect(description, name).toMatch(/\w/)
      expect(usual, name).toBeTypeOf('string')
      expect(used, name).toContain(`inputs.${name}`)
    }
    const known = [...used.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name!)
    expect(known.filter(name => !Object.hasOwn(action.inputs, name))).toEqual([])
  })

  test('puts no input into a script, where it would be run', () => {
    for (const { run } of action.runs.steps) expect(run ?? '').not.toContain('${{')
  })

  test('names reporters that there are', () => {
    for (const each of words(action.inputs.reporters!.default)) expect(parseReporter(each)).toBeTypeOf('object')
  })

  /** Runs the script with programs that write down what they were called with. */
  async function run(env: Record<string, string>, { installed = false, code = 0 } = {}) {
    const cwd = workplace()
    const tell = `process.stdout.write(JSON.stringify(process.argv.slice(1)) + '\\n')`
    const own = join(cwd, 'action')
    mkdirSync(join(own, 'dist'), { recursive: true })
    writeFileSync(join(own, 'dist/cli.js'), `${tell}\nprocess.exit(${code})`)
    mkdirSync(join(cwd, 'bin'))
    const npx = installed ? tell : `if (process.argv.includes('--version')) process.exit(1)\n${tell}`
    writeFileSync(join(cwd, 'bin/npx'), `#!${process.execPath}\n${npx}`)
    chmodSync(join(cwd, 'bin/npx'), 0o755)
    writeFileSync(join(cwd, 'output'), '')
    const given = { ARGUMENTS: '', REPORTERS: '', PYTHON_PATH: '', PACKAGE: '', ...env }
    const paths = {
      PATH: `${join(cwd, 'bin')}:${process.env.PATH}`,
      GITHUB_ACTION_PATH: own,
      GITHUB_OUTPUT: join(cwd, 'output'),
    }
    return new Promise<{ code: number; called: string[]; output: string }>(done => {
      execFile('bash', ['-c', step.run!], { cwd, env: { ...process.env, ...given, ...paths } }, (error, out) => {
        const [file = '', ...args] = out === '' ? [] : (JSON.parse(out) as string[])
        done({
          code: Number(error?.code ?? 0),
          called: out === '' ? [] : [file.replace(`${cwd}/`, ''), ...args],
          output: readFileSync(join(cwd, 'output'), 'utf8'),
        })
      })
    })
  }

  test('hands on its inputs, word by word, and runs nothing of them', async () => {
    const { called } = await run({
      ARGUMENTS: `./a.ts --check 'step is bounded' --rule "$(touch pwned)" --hyper lr=1;ls *`,
      REPORTERS: 'terminal junit=a.xml',
      PYTHON_PATH: 'my venv/bin/python',
    })
    expect(called).toEqual([
      'action/dist/cli.js',
      'verify',
      ...['./a.ts', '--check', 'step is bounded', '--rule', '$(touch pwned)', '--hyper', 'lr=1;ls', '*'],
      ...['--reporter', 'terminal', '--reporter', 'junit=a.xml', '--python', 'my venv/bin/python'],
    ])
  })

  test('runs the lockstep of the project where there is one, else its own, else the package that was named', async () => {
    expect((await run({})).called).toEqual(['action/dist/cli.js', 'verify'])
    expect((await run({}, { installed: true })).called).toEqual(['bin/npx', '--no-install', 'lockstep', 'verify'])
    expect((await run({ PACKAGE: 'a.tgz' })).called).toEqual([
      'bin/npx',
      '--yes',
      '--package',
      'a.tgz',
      'lockstep',
      'verify',
    ])
  })

  test('ends as lockstep ends, and says so in its output', async () => {
    expect(await run({}, { code: 0 })).toMatchObject({ code: 0, output: 'exit-code=0\n' })
    expect(await run({}, { code: 3 })).toMatchObject({ code: 3, output: 'exit-code=3\n' })
    expect(await run({ ARGUMENTS: "'unfinished" })).toMatchObject({ code: 1, called: [], output: '' })
    expect(action.outputs['exit-code']!.value).toContain('steps.verify.outputs.exit-code')
  })
})

describe('docs/ci.md', () => {
  const text = read('docs/ci.md')

  test.each(blocks(text).map((yaml, at): [number, string] => [at + 1, yaml]))(
    'block %i is YAML with a job',
    (_, yaml) => {
      expect(JSON.stringify(parse(yaml))).toMatch(/lockstep verify|OWNER\/lockstep/)
    },
  )

  test('gives the action inputs that it has', () => {
    const given = blocks(text)
      .flatMap(yaml => JSON.stringify(parse(yaml)).match(/"uses":"OWNER\/lockstep@main","with":\{[^}]*\}/g) ?? [])
      .flatMap(found => Object.entries(JSON.parse(`{${found}}`).with as Record<string, string>))
    expect(given.map(([name]) => name).filter(name => !Object.hasOwn(action.inputs, name))).toEqual([])
    expect(given.length).toBeGreaterThan(2)
    expect(misunderstood(given.find(([name]) => name === 'arguments')![1])).toEqual([])
  })

  test('names every reporter and every exit code', () => {
    expect([...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name).sort()).toEqual(Object.keys(writers).sort())
    expect([...text.matchAll(/^\| (\d+) /gm)].map(([, code]) => Number(code))).toEqual(Object.values(exitCode))
  })
})

describe('commands in the docs', () => {
  const commands = ['docs/ci.md', 'docs/configuration.md'].flatMap(page =>
    [...read(page).matchAll(/npx lockstep verify([^\n`]*)/g)].map(([, line]): [string, string] => [page, line!.trim()]),
  )

  test.each(commands)('%s: lockstep verify %s has only options that there are', (_, line) =>
    expect(misunderstood(line)).toEqual([]),
  )

  test('are looked at: there are some, and one that is wrong is found', () => {
    expect(commands.length).toBeGreaterThan(8)
    expect(misunderstood('--reporterz junit')).toEqual(['--reporterz', 'junit'])
    expect(misunderstood('--reporter junti=a.xml')).toEqual([expect.stringContaining('junti')])
  })
})

describe('docs/configuration.md', () => {
  const text = read('docs/configuration.md')
  const schema = JSON.parse(read('docs/schemas/lockstep.schema.json'))

  test.each(blocks(text).map((yaml, at): [number, string] => [at + 1, yaml]))(
    'file %i is read without complaint',
    (_, yaml) => {
      const config = join(workplace(), 'lockstep.yaml')
      writeFileSync(config, yaml)
      expect(
        readPlan([], { rule: [], check: [], command: [], hyper: {}, reporter: [], diagnose: true, save: true, config })
          .source,
      ).toBeDefined()
      expect(problems(schema, parse(yaml))).toEqual([])
    },
  )

  test('tells of every field', () => {
    const told = [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) /gm)].flatMap(([, names]) =>
      [...names!.matchAll(/\w+/g)].map(String),
    )
    const { subjects, deviations } = schema.properties
    const fields = [schema, subjects.items.anyOf[1], deviations.items].flatMap(({ properties }) =>
      Object.keys(properties),
    )
    expect([...new Set(told)].sort()).toEqual([...new Set(fields)].sort())
  })
})
