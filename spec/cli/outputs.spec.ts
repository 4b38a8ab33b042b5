import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readXml } from '../report/read-xml.ts'
import { ended, example, lockstep, started, workplace } from './command.ts'

const quick = ['verify', 'tfjs', '--rule', 'sgd', '--check', 'formula']
const broken = ['verify', example('broken-adam.ts'), '--rule', 'adam/pytorch', '--check', 'formula']
const reporters = (...all: string[]): string[] => all.flatMap(each => ['--reporter', each])
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')

describe('several reporters', () => {
  test('write the same run, each in its own form and place', async () => {
    const cwd = workplace()
    const { code, out, err } = await lockstep(
      [
        ...broken,
        ...reporters('terminal', 'junit=report.xml', 'json=report.json', 'markdown=report.md', 'github=notes.txt'),
      ],
      { cwd },
    )
    expect(code).toBe(1)
    expect(out).toContain('broken-adam against adam/pytorch')
    const { results } = JSON.parse(read(cwd, 'report.json'))
    const failure = readXml(read(cwd, 'report.xml')).children[0]!.children[1]!.children[0]!
    expect(failure.name).toBe('failure')
    for (const text of [out, failure.text, read(cwd, 'report.md'), read(cwd, 'notes.txt')])
      expect(text).toContain(results[0].replay)
    expect(results[0].replay).toMatch(/^lockstep replay \.lockstep/)
    expect(err).toBe(
      ['report.xml', 'report.json', 'report.md', 'notes.txt'].map(file => `The report is in ${file}.\n`).join(''),
    )
  })

  test.each([
    [reporters('junit', 'json'), 'cannot both be written to standard output'],
    [reporters('terminal', 'json'), '--reporter json=report.json'],
    [[...reporters('terminal'), '--json'], 'cannot both be written'],
    [reporters('junit=a', 'json=./a'), 'cannot write the same file'],
    [[...reporters('junit=a', 'json=b'), '--output', 'c'], '--output is the file of one reporter'],
    [[...reporters('terminal', 'github'), '--output', 'c'], '--output is the file of one reporter'],
    [reporters('junti'), 'Did you mean junit?'],
    [reporters('junit='), 'names no file'],
    [reporters('junit=nowhere/report.xml'), 'the directory does not exist'],
    [['--output', ''], '--output names no file'],
  ])('%j is refused before the run', async (options, words) => {
    const { code, out, err } = await lockstep([...quick, ...options])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(words)
  })

  test('terminal and github share a screen; --json is one more', async () => {
    const cwd = workplace()
    const { code, out } = await lockstep([...quick, ...reporters('terminal', 'github')], { cwd })
    expect(code).toBe(0)
    expect(out).toMatch(/tfjs against sgd\/tfjs[\s\S]*\n::notice /)
    const both = await lockstep([...quick, ...reporters('junit=a.xml'), '--json'], { cwd })
    expect(JSON.parse(both.out).summary.pass).toBe(1)
    expect(readXml(read(cwd, 'a.xml')).attributes.tests).toBe('1')
  })

  test('one that fails at the end does not keep the others from being written, and is no verdict', async () => {
    const cwd = workplace()
    mkdirSync(join(cwd, 'gone'))
    writeFileSync(
      join(cwd, 'mine.mjs'),
      "import { rmSync } from 'node:fs'\nexport default () => { rmSync('gone', { recursive: true, force: true }); return { step: g => g } }",
    )
    const files = reporters('junit=gone/a.xml', 'json=b.json')
    const { code, err } = await lockstep(['verify', './mine.mjs', ...broken.slice(2), ...files], { cwd })
    expect(code).toBe(3)
    expect(err).toContain('Cannot write gone/a.xml: the directory does not exist.')
    expect(JSON.parse(read(cwd, 'b.json')).summary.fail).toBe(1)
  })

  test.skipIf(!existsSync('/dev/full'))('a full disk is told before the run', async () => {
    const { code, out, err } = await lockstep([...quick, ...reporters('junit=/dev/full')])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('Cannot write /dev/full: there is no space left.')
  })

  test('a link is written through, once', async () => {
    const cwd = workplace()
    writeFileSync(join(cwd, 'real.xml'), '')
    symlinkSync('real.xml', join(cwd, 'link.xml'))
    await lockstep([...quick, ...reporters('junit=link.xml')], { cwd })
    expect(readXml(read(cwd, 'real.xml')).attributes.tests).toBe('1')
  })
})

describe('in GitHub Actions', () => {
  test('annotations name the file from the root of the repository, and the summary of the job is appended', async () => {
    const cwd = workplace()
    mkdirSync(join(cwd, 'packages/mine'), { recursive: true })
    writeFileSync(join(cwd, 'packages/mine/adam.ts'), read(example('broken-adam.ts')))
    writeFileSync(join(cwd, 'summary.md'), '# Before\n')
    const { out } = await lockstep(['verify', './adam.ts', ...broken.slice(2), ...reporters('github')], {
      cwd: join(cwd, 'packages/mine'),
      env: { GITHUB_WORKSPACE: cwd, GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') },
    })
    expect(out).toMatch(/^::error file=packages\/mine\/adam\.ts,title=/)
    expect(read(cwd, 'summary.md')).toMatch(/^# Before\n## Lockstep\n/)
  })

  test('a summary that cannot be written is told and changes no verdict', async () => {
    const { code, err } = await lockstep([...quick, ...reporters('github')], {
      env: { GITHUB_STEP_SUMMARY: '/nowhere/summary.md' },
    })
    expect(code).toBe(0)
    expect(err).toContain('The summary of the job could not be written')
  })
})

test('after Ctrl-C the files have what was found until then, marked as incomplete, and annotations were there at once', async () => {
  const cwd = workplace()
  // The second subject hangs, once it said so.
  writeFileSync(
    join(cwd, 'hangs.mjs'),
    "import { writeFileSync } from 'node:fs'\nexport default () => { writeFileSync('hanging', ''); for (;;) {} }",
  )
  writeFileSync(join(cwd, 'broken.ts'), read(example('broken-adam.ts')))
  const args = [
    'verify',
    './broken.ts',
    './hangs.mjs',
    ...broken.slice(2),
    ...reporters('github', 'junit=a.xml', 'json=b.json'),
  ]
  const child = started(args, { cwd })
  let [out, err] = ['', '']
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (err += chunk))
  while (!out.includes('::error') && child.exitCode === null) await new Promise(done => setTimeout(done, 20))
  const first = JSON.parse(read(cwd, 'b.json'))
  child.kill('SIGINT')
  expect(await ended(child)).toBe(130)
  expect(first).toMatchObject({ incomplete: true, schema: 'lockstep/verify/1' })
  const { incomplete, results } = JSON.parse(read(cwd, 'b.json'))
  expect({ incomplete, verdicts: results.map((each: { verdict: string }) => each.verdict) }).toEqual({
    incomplete: true,
    verdicts: ['fail'],
  })
  expect(readXml(read(cwd, 'a.xml')).attributes).toMatchObject({ tests: '2', failures: '1', errors: '1' })
  expect(out).toContain('The run did not end')
  expect(err).toContain('What was found until then is in a.xml.')
})
