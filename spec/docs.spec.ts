import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { folder, pages } from '../scripts/docs.ts'
import { withRefusals } from '../scripts/refusals.ts'
import { type Bounded, boundOperations, given } from '../src/derive/bound.ts'
import { knownDeviations } from '../src/guests/known-deviations.ts'
import { ieee } from '../src/language/arithmetic.ts'
import { loadRuleText } from '../src/language/load.ts'
import { dd } from '../src/numbers/double-double.ts'
import { formats } from '../src/numbers/formats.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

describe('docs/rules', () => {
  test('has a page for each family and an index, and nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual([...pages().keys()].sort())
  })

  test.each([...pages()])('%s is what `npm run docs` writes', (name, text) => {
    expect(readFileSync(join(folder, name), 'utf8') === text, `docs/rules/${name} is stale: run npm run docs`).toBe(
      true,
    )
  })
})

/** The anchor that GitHub gives to a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

const withoutCode = (text: string): string => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '')
const anchorsOf = (text: string): string[] =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading!))

/** Links of a page that lead nowhere: a file that does not exist, or a heading that its page does not have. */
function brokenLinks(page: string, text: string): string[] {
  return [...withoutCode(text).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)]
    .map(([, to]) => to!)
    .filter(to => !/^[a-z]+:/.test(to))
    .filter(to => {
      const [path, heading] = to.split('#') as [string, string | undefined]
      const target = path === '' ? page : relative(root, join(root, dirname(page), path))
      if (!existsSync(join(root, target))) return true
      return heading !== undefined && !anchorsOf(path === '' ? text : read(target)).includes(heading)
    })
}

describe('links', () => {
  const markdown = [
    ...readdirSync(root).filter(name => name.endsWith('.md')),
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`),
  ]

  test.each(markdown)('every relative link of %s resolves', page => expect(brokenLinks(page, read(page))).toEqual([]))

  test('a link to a missing file or heading is found', () => {
    const text = '# A page\n[a](none.md) [b](#a-page) [c](#nowhere) [d](numerics.md#the-factor-3)'
    expect(brokenLinks('docs/numerics.md', text)).toEqual(['none.md', '#nowhere', 'numerics.md#the-factor-3'])
  })
})

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code]) => code!)

/** What an example prints, a line each. */
function printedBy(code: string, globals: object = {}): string[] {
  const printed: string[] = []
  const log = (...values: unknown[]) => printed.push(values.map(String).join(' '))
  runInNewContext(code, { ...globals, console: { log } })
  return printed
}

/** What the comments of an example say that it prints; an example that prints nothing shows nothing. */
function saidBy(code: string): string[] {
  const said = [...code.matchAll(/^console\.log\(.*\) \/\/ (.+)$/gm)].map(([, value]) => value!)
  expect(said.length).toBeGreaterThan(0)
  return said
}

describe('docs/numerics.md', () => {
  const text = read('docs/numerics.md')

  test.each(blocks(text, 'js').map((code, index): [number, string] => [index + 1, code]))(
    'JavaScript example %i prints what its comments say',
    (_, code) => expect(printedBy(code)).toEqual(saidBy(code)),
  )

  test('the worked example has the values and errors of the bound', () => {
    const rows = [
      ...text
        .split('## A worked example')[1]!
        .split('## ')[0]!
        .matchAll(/^\| [^|]+ \| ([\d.]+) +\| ([\d.]+) u +\|/gm),
    ]
    const said = rows.map(([, value, error]) => [Number(value), Number(error)])
    expect(said).toEqual(
      worked().map(({ value, error }) => [
        Number(value.hi.toPrecision(9)),
        Number((error / formats.float32.unit).toFixed(1)),
      ]),
    )
  })

  test('the two results of the worked example are where it says, in units of their bounds', () => {
    const f = Math.fround
    const ratio = (got: number, { value, error }: Bounded): number => Math.abs(got - value.hi) / error
    expect(ratio(0.8999999761581421, worked().at(-1)!)).toBeCloseTo(0.16, 2)
    const tiny = worked(0, f(1e-8), f(1e-16)).at(-1)!
    expect(ratio(-0.05000000074505806, tiny)).toBeCloseTo(0.07, 2)
    expect(ratio(-0.000009999999747378752, tiny) / 1e6).toBeCloseTo(2.6, 1)
  })
})

describe('docs/findings.md', () => {
  const text = read('docs/findings.md')

  test.each(blocks(text, 'js').map((code, index): [number, string] => [index + 1, code]))(
    'TensorFlow.js example %i prints what its comments say',
    async (_, code) => {
      const tf = await import('@tensorflow/tfjs-core')
      await import('@tensorflow/tfjs-backend-cpu')
      expect(printedBy(code, { tf })).toEqual(saidBy(code))
    },
  )

  test.each(knownDeviations.map(({ subject, rule }): [string, string] => [subject, rule.split('/')[0]!]))(
    'tells of the known deviation of %s in %s',
    (subject, family) => {
      const onRecord = text.split('## On record')[1]!.split('\n## ')[0]!
      expect(onRecord).toMatch(new RegExp(`verify ${subject} --rule ${family}$|the same for .*\\b${family}\\b`, 'm'))
    },
  )
})

/** x - lr * g / (sqrt(v) + eps) under the bound, with every intermediate result. */
function worked(x = 1, g = 0.5, v = 0.25): Bounded[] {
  const { toTensor, mul, div, add, sub, sqrt } = boundOperations('float32', ieee, { asked: 0, undecided: 0 })
  const input = (value: number): Bounded => given(dd(value))
  const lr = toTensor(input(0.1))
  const numerator = mul(lr, input(g), 'tensor')
  const root = sqrt(input(v), 'tensor')
  const denominator = add(root, toTensor(input(1e-8)), 'tensor')
  const update = div(numerator, denominator, 'tensor')
  return [lr, numerator, root, denominator, update, sub(input(x), update, 'tensor')]
}

describe('docs/adding-a-rule.md', () => {
  const text = read('docs/adding-a-rule.md')

  test.each(blocks(text, 'yaml').map((yaml, index): [number, string] => [index + 1, yaml]))(
    'rule %i is read without complaint',
    (_, yaml) => {
      expect(loadRuleText(yaml, 'example.rule.yaml').step.length).toBeGreaterThan(0)
    },
  )

  test('the table of refusals is what `npm run docs` writes', () => {
    expect(withRefusals(text) === text, 'docs/adding-a-rule.md is stale: run npm run docs').toBe(true)
    expect(text.match(/^\| `/gm)?.length).toBeGreaterThan(40)
  })
})

describe('docs/checking-your-optimizer.md', () => {
  const text = read('docs/checking-your-optimizer.md')

  test('shows the Python examples as they lie in examples/', () => {
    const [torch, numpy] = blocks(text, 'python')
    expect(torch).toBe(read('examples/good_adam.py'))
    expect(read('examples/numpy_adam.py')).toContain(numpy!)
  })
})

describe('how the checks are measured', () => {
  const report = read('reports/mutation/README.md')
  const rows = (text: string): string[][] =>
    text
      .split('\n')
      .filter(line => line.startsWith('|'))
      .map(line => line.split('|').map(cell => cell.trim()))
  const figure = (cell: string | undefined): number => Number((cell ?? '').replaceAll(',', ''))
  const readme = rows(read('README.md').split('<!-- mutation:')[1]!.split('\n\n[How the checks')[0]!)

  test.each([
    ['keras', 'Keras'],
    ['tfjs', 'TensorFlow.js'],
    ['onnx', 'ONNX'],
    ['optax', 'Optax'],
    ['pytorch', 'PyTorch'],
  ])('the README says of the tests of %s what the report says', (project, name) => {
    const measured = rows(report).find(cells => cells[1] === project && cells[2]!.startsWith('`adam/'))!
    const told = readme.find(cells => cells[1]!.startsWith(name))!
    expect(told.slice(2, 4).map(figure)).toEqual(measured.slice(3, 5).map(figure))
  })

  test('and of verify', () => {
    const all = rows(report).find(cells => cells[1] === '**all**')!
    const [mutants, equivalent] = all.slice(2, 4).map(figure) as [number, number]
    const told = readme.find(cells => cells[1]!.includes('lockstep verify'))!
    const missed = report.split('## Missed')[1]!.match(/^- `/gm)?.length ?? 0
    expect(told.slice(2, 4).map(figure)).toEqual([mutants - equivalent, missed])
    expect(read('README.md')).toContain(`${mutants.toLocaleString('en-US')} of them`)
  })
})
