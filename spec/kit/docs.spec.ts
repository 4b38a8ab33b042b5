import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checksFor } from '../../src/checks/index.ts'
import { findRule } from '../../src/rules/lookup.ts'
import { lockstep, node, type Outcome, project, vitest } from './project.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/kit.md', import.meta.url)), 'utf8')

/** Every file that the page shows, by the name that stands before it. */
const files = Object.fromEntries(
  [...page.matchAll(/`([\w.-]+\.(?:m?ts|yaml))`[^`\n]*:\n\n```(?:ts|yaml)\n([\s\S]*?)^```/gm)].map(([, name, text]) => [
    name!,
    text!,
  ]),
)
const failure = /^```text\n([\s\S]*?)^```/m.exec(page)![1]!

let directory: string
/** What comes of the specs of the page, as they stand. */
let green: Outcome
beforeAll(async () => {
  directory = project(files)
  green = await vitest(directory, 'adam.spec.ts', 'lecture.spec.ts', 'half.spec.ts')
}, 120_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** The optimizer of the page with its mistake. */
const broken = (): string => {
  const wrong = files['adam.ts']!.replace('Math.sqrt(vhat) + eps', 'Math.sqrt(vhat + eps)')
  expect(wrong).not.toBe(files['adam.ts'])
  return wrong
}

describe('docs/kit.md, in a project that installed the package', { timeout: 120_000 }, () => {
  test('every block of code is a file with a name', () => {
    expect(Object.keys(files)).toHaveLength([...page.matchAll(/^```(ts|yaml)$/gm)].length)
  })

  test('every spec is green', () => {
    expect(green.out).toContain('Test Files  3 passed')
    expect(green.code).toBe(0)
  })

  test('the spec has five lines at most, and a green test for every check', () => {
    expect(files['adam.spec.ts']!.trimEnd().split('\n').length).toBeLessThanOrEqual(5)
    const checks = checksFor(findRule('adam/kingma-ba')).filter(
      ({ group, beside, strict }) => group !== 'golden' && !beside && !strict,
    )
    for (const { name, group } of checks) {
      const glyph = group === 'contract' ? '[✓↓]' : '✓'
      expect(green.out).toMatch(new RegExp(`${glyph} adam\\.spec\\.ts > adam against adam/kingma-ba > ${name}`))
    }
  })

  test('the failure is as it is shown, keeps its scenario, and its command plays it beside the module', async () => {
    const spec = files['adam.spec.ts']!.replaceAll('./adam.ts', './wrong.ts')
    writeFileSync(join(directory, 'wrong.ts'), broken())
    writeFileSync(join(directory, 'wrong.spec.ts'), spec.replace(' })', ", module: './wrong.ts' })"))
    const { code, out } = await vitest(directory, 'wrong.spec.ts', '-t', 'formula')
    expect(code).toBe(1)
    expect(out).toContain(`> formula\n${failure.trimEnd()}\n`)
    expect(out).toContain('❯ wrong.spec.ts:4:1')
    const [, path] = /See it step by step: {2}lockstep replay (\S+)/.exec(out)!
    const played = await lockstep(directory, 'replay', path!)
    expect(played.code).toBe(1)
    expect(played.out).toMatch(/wrong beside adam\/kingma-ba/)
  })

  test('the deviation on record passes, and is stale where nothing deviates', async () => {
    expect(green.out).toContain(
      '✓ lecture.spec.ts > adam against adam/lecture > known deviation: epsilon outside of the root',
    )
    writeFileSync(join(directory, 'stale.spec.ts'), files['lecture.spec.ts']!.replace('adam/lecture', 'adam/kingma-ba'))
    const red = await vitest(directory, 'stale.spec.ts', '-t', 'known deviation')
    expect(red.code).toBe(1)
    expect(red.out).toMatch(/Deviates: .*stale/)
  })

  test("a rule of one's own is read from its file", () => {
    expect(green.out).toContain('✓ half.spec.ts > half against ./half.rule.yaml > formula')
  })

  test('the script runs without vitest, and fails where the optimizer does', async () => {
    rmSync(join(directory, 'node_modules', 'vitest'))
    const run = () => node(directory, '--import', 'tsx', 'check.mts')
    expect(await run()).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+ checks hold, 0 deviate, 0 are undecided\n$/),
    })
    writeFileSync(join(directory, 'adam.ts'), broken())
    const { code, out } = await run()
    expect(code).toBe(1)
    expect(out).toContain(failure.slice('Deviates: '.length).trimEnd())
    expect(out).toMatch(/lockstep replay \.lockstep\/scenarios\/\w+\.json/)
  })

  test('the same in a project of CommonJS, which `npm init` makes', async () => {
    writeFileSync(join(directory, 'adam.ts'), files['adam.ts']!)
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'project', type: 'commonjs' }))
    const script = await node(directory, '--import', 'tsx', 'check.mts')
    expect(script).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ checks hold, 0 deviate/) })
    const tests = await node(directory, '--import', 'tsx', '--test', 'adam.test.ts')
    expect(tests).toMatchObject({ code: 0, out: expect.stringMatching(/fail 0/) })
    writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'project', type: 'module' }))
  })

  test("Node's own runner takes it, too", async () => {
    writeFileSync(join(directory, 'adam.ts'), files['adam.ts']!)
    const { code, out } = await node(directory, '--import', 'tsx', '--test', 'adam.test.ts')
    expect(out).toMatch(/fail 0/)
    expect(code).toBe(0)
    writeFileSync(join(directory, 'adam.ts'), broken())
    const one = ['--test', '--test-name-pattern=formula', 'adam.test.ts']
    expect((await node(directory, '--import', 'tsx', ...one)).code).toBe(1)
  })
})
