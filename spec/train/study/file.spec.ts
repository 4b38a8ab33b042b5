import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findRule } from '../../../src/rules/lookup.ts'
import { readStudy } from '../../../src/train/study/file.ts'

const study = (more = '', arm = '{ name: a, rule: sgd/pytorch }'): string =>
  `study: mine\ntitle: Mine\nseeds: [1, 2]\n${more}\narms:\n  - ${arm}\n  - { name: b, rule: adam/pytorch, epochs: 9 }\n`

describe('a study file', () => {
  test('gives every arm what all have, unless it has that itself', () => {
    const { arms } = readStudy(
      study(
        'run: { model: mlp, epochs: 3, remedies: { l2: 0.1 } }',
        '{ name: a, rule: sgd/pytorch, remedies: { dropout: 0.5 } }',
      ),
      'file',
    )
    expect(arms.map(({ run }) => run)).toEqual([
      { model: 'mlp', epochs: 3, remedies: { l2: 0.1, dropout: 0.5 } },
      { model: 'mlp', epochs: 9, remedies: { l2: 0.1 } },
    ])
  })

  test('may name a rule by its file, whose text is kept', () => {
    const { arms } = readStudy(study(), 'file', rule => `text of ${rule}`)
    expect(arms[0]!.rule).toBe('text of sgd/pytorch')
  })

  test.each([
    ['not YAML', 'a: [', /file: this is not YAML/],
    ['an unknown field', study('sedes: [1]'), /file: .*sedes/],
    ['no seeds', study().replace('[1, 2]', '[]'), /seeds: Invalid length/],
    ['a seed twice', study().replace('[1, 2]', '[1, 1]'), /seeds: one is there twice/],
    ['an arm twice', study('', '{ name: b, rule: sgd/pytorch }'), /arms: 'b' is there twice/],
    ['an unknown model', study('run: { model: resnet }'), /run\.model: .*resnet/],
    ['a dropout of 1', study('run: { remedies: { dropout: 1 } }'), /run\.remedies\.dropout/],
    ['a baseline that is no arm', study('baseline: c'), /baseline: there is no arm 'c'\. Arms: a, b/],
    ['a search on a seed that counts', study('search: { budget: 2, seed: 1 }'), /search\.seed: 1 is one of seeds/],
    [
      'a space that is not searched',
      study('', '{ name: a, rule: sgd/pytorch, space: { lr: { log: [0.1, 1] } } }'),
      /a has a space; say how/,
    ],
    [
      'ends the wrong way round',
      study('search: { budget: 2, seed: 9 }', '{ name: a, rule: sgd/pytorch, space: { lr: { log: [1, 0.1] } } }'),
      /lr: expected \[low, high\], got \[1, 0\.1\]/,
    ],
    [
      'a value that is held and searched',
      study(
        'search: { budget: 2, seed: 9 }',
        '{ name: a, rule: sgd/pytorch, hyper: { lr: 1 }, space: { lr: { log: [0.1, 1] } } }',
      ),
      /lr is held at 1 and searched/,
    ],
    [
      'a logarithm of nothing',
      study('search: { budget: 2, seed: 9 }', '{ name: a, rule: sgd/pytorch, space: { lr: { log: [0, 1] } } }'),
      /arms/,
    ],
  ])('with %s is refused in words', (_, text, words) => {
    expect(() => readStudy(text, 'file')).toThrow(words)
  })
})

const directory = new URL('../../../studies/', import.meta.url)

describe('the studies that come with Lockstep', () => {
  test.each(readdirSync(directory))('%s can be read, names known rules, and says what it cannot show', file => {
    const { id, arms, question, caution, seeds } = readStudy(readFileSync(new URL(file, directory), 'utf8'), file)
    expect(file).toBe(`${id}.yaml`)
    for (const { rule, hyper, space } of arms)
      expect(Object.keys(findRule(rule).hyper)).toEqual(
        expect.arrayContaining([...Object.keys(hyper), ...Object.keys(space)]),
      )
    expect(question).toMatch(/\?$/)
    expect(caution.length).toBeGreaterThan(50)
    expect(seeds.length).toBeGreaterThan(file === 'quick.yaml' ? 2 : 4)
  })
})
