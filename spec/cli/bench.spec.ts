import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { python } from '../train/pytorch/here.ts'
import { lockstep, workplace } from './command.ts'

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** A study of two arms, a few steps each. */
const small = `study: small
title: A small study
question: Does it run?
caution: Nothing can be concluded from so few steps.
run: { model: softmax, epochs: 2, subset: 200, measured: 100, batch: 50 }
search: { budget: 2, seed: 9, epochs: 1 }
seeds: [1, 2]
arms:
  - { name: plain, rule: sgd/pytorch, space: { lr: { log: [0.01, 0.1] } } }
  - { name: adam, rule: adam/pytorch }
`

/** A directory with that study, and no CIFAR-10 anywhere near it. */
function withStudy(text = small): { cwd: string; env: Record<string, string> } {
  const cwd = workplace()
  writeFileSync(join(cwd, 'small.yaml'), text)
  return { cwd, env: { XDG_CACHE_HOME: join(cwd, 'cache') } }
}

const run = ['bench', 'cifar10', '--study', 'small.yaml', '--engine', 'wasm']

describe('lockstep bench cifar10', () => {
  test('says what it trains on and how long it takes, makes all runs, and ends with a table and a report', async () => {
    const at = withStudy()
    const { code, out, err } = await lockstep(run, at)
    expect(code).toBe(0)
    expect(flat(err)).toMatch(
      /There is no CIFAR-10 here: synthetic images stand in.*--data.*Engine: wasm.*6 runs, about \d+ s/,
    )
    expect(flat(out)).toMatch(/A small study.*synthetic images, not CIFAR-10.*plain.*adam.*bench\/small\/index\.html/)
    const made = readdirSync(join(at.cwd, 'bench', 'small'))
    expect(made).toEqual(
      expect.arrayContaining(['README.md', 'index.html', 'results.csv', 'runs.jsonl', 'study.yaml', 'accuracy.svg']),
    )
    expect(readFileSync(join(at.cwd, 'bench/small/study.yaml'), 'utf8')).toBe(small)
  })

  test('makes no run twice, whether the study was complete or in shards', async () => {
    const at = withStudy()
    const ledger = (name: string): string[] =>
      readFileSync(join(at.cwd, name, 'runs.jsonl'), 'utf8')
        .split('\n')
        .slice(0, -1)
    await lockstep([...run, '--out', 'whole'], at)
    const first = ledger('whole')
    const again = await lockstep([...run, '--out', 'whole'], at)
    expect(again.err).not.toMatch(/\d runs/)
    expect(ledger('whole')).toEqual(first)
    const [one, two] = [
      await lockstep([...run, '--shard', '1/2', '--out', 'one'], at),
      await lockstep([...run, '--shard', '2/2', '--out', 'two'], at),
    ]
    expect(flat(one.err)).toMatch(/This shard of the search is made: 1 of 2 .*bench merge/)
    expect(two.code).toBe(0)
    const merged = await lockstep(['bench', 'merge', 'one', 'two', '--out', 'both'], at)
    expect(merged.err).toContain('2 runs are in both/runs.jsonl')
    await lockstep([...run, '--out', 'both'], at)
    const ids = (lines: readonly string[]): string[] => lines.map(line => JSON.parse(line).id).sort()
    expect(ids(ledger('both'))).toEqual(ids(first))
  })

  test('does not put together what is of two studies', async () => {
    const at = withStudy()
    for (const [name, text] of [
      ['one', small],
      ['two', small.replace('epochs: 2', 'epochs: 3')],
    ] as const) {
      mkdirSync(join(at.cwd, name))
      writeFileSync(join(at.cwd, name, 'study.yaml'), text)
      writeFileSync(join(at.cwd, name, 'runs.jsonl'), '')
    }
    const { code, err } = await lockstep(['bench', 'merge', 'one', 'two', '--out', 'both'], at)
    expect({ code, err: flat(err) }).toEqual({
      code: 2,
      err: expect.stringMatching(/two and one are not of one study/),
    })
  })

  test.skipIf(python === undefined)(
    'makes the same runs in PyTorch, and compares the first steps',
    async () => {
      const at = withStudy(small.replace(/search.*\n/, '').replace(/, space: .* } }/, ' }'))
      const { code, out } = await lockstep([...run, '--seeds', '1', '--reference', 'pytorch', '--python', python!], at)
      expect(code).toBe(0)
      expect(flat(out)).toMatch(/plain \(PyTorch\).*plain: losses of Lockstep and PyTorch differ by .* in step 1 and/)
      const table = readFileSync(join(at.cwd, 'bench/small/in-step.csv'), 'utf8').split('\n')
      // Two epochs of 200 / 50 steps for each of two arms, and the head.
      expect(table.filter(line => line !== '')).toHaveLength(1 + 2 * 8)
    },
    120_000,
  )

  test('compares rules that are named, a rule file among them', async () => {
    const at = withStudy()
    writeFileSync(
      join(at.cwd, 'own.rule.yaml'),
      'id: sgd/own\nsource: mine\nhyper:\n  lr: { default: 0.05 }\nstep: x = x - lr * sign(g)\n',
    )
    const { code, out } = await lockstep(
      [
        'bench',
        'cifar10',
        '--quick',
        '--rule',
        'own.rule.yaml',
        '--rule',
        'adam/pytorch',
        '--seeds',
        '1',
        '--epochs',
        '1',
        '--engine',
        'wasm',
      ],
      at,
    )
    expect({ code, out: flat(out) }).toEqual({ code: 0, out: expect.stringMatching(/own .*adam\/pytorch/) })
  })

  test('--estimate makes nothing', async () => {
    const at = withStudy()
    const { code, out } = await lockstep([...run, '--estimate'], at)
    expect(code).toBe(0)
    expect(out).toMatch(/^6 runs, about \d+ s; they would go to bench\/small\.\n$/)
    expect(readdirSync(at.cwd)).toEqual(['small.yaml'])
  })

  test.each([
    [['--study', 'no.yaml'], /There is no study 'no\.yaml'.*Name a study file/],
    [['--study', 'optimisers'], /Did you mean optimizers\?/],
    [['--study', 'small.yaml', '--rule', 'adam'], /--rule and --study exclude each other/],
    [['--rule', 'adm/pytorch'], /adam\/pytorch/],
    [['--hyper', 'lr=1'], /--hyper needs a --rule/],
    [['--study', 'small.yaml', '--data', 'nowhere'], /nowhere/],
    [['--study', 'small.yaml', '--seeds', '9'], /has 2 seeds, 9 were asked for/],
    [['--study', 'small.yaml', '--shard', '3/2'], /Expected i\/n/],
    [['--study', 'small.yaml', '--engine', 'cuda'], /native, webgpu, wasm/],
  ])('wrong usage ends with 2: %j', async (words, message) => {
    const { code, err } = await lockstep(['bench', 'cifar10', ...words], withStudy())
    expect({ code, err: flat(err) }).toEqual({ code: 2, err: expect.stringMatching(message) })
  })

  test('a study file that is wrong is refused with its field', async () => {
    const { code, err } = await lockstep(run, withStudy(small.replace('subset: 200', 'subset: many')))
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/small\.yaml: run\.subset: .*many/) })
  })
})
