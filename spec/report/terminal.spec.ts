import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { writers } from '../../src/report/index.ts'
import { columns } from '../../src/report/terminal-style.ts'
import { finding, fullReport, reportOf, result, scenario } from './fake-report.ts'

const show = (report = fullReport(), width = 120, more = {}): string =>
  writers.terminal!(report, { width, colours: false, unicode: true, ...more })

/** Commands are never broken, so that they can be copied. */
const prose = (text: string): string[] => text.split('\n').filter(line => !line.includes('lockstep '))

describe('the matrix', () => {
  test.each([120, 100, 80, 60, 40])('fits into %i columns, all but the commands', width => {
    expect(prose(show(fullReport(), width)).filter(line => columns(line) > width)).toEqual([])
  })

  test.each([120, 80])('names every subject and family at %i columns', width => {
    const text = show(fullReport(), width).replaceAll(/\s+/g, ' ')
    for (const name of ['ieee', 'pytorch', 'keras', 'optax', 'tfjs', 'live']) expect(text).toContain(name)
    for (const name of ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adadelta', 'adam', 'adamw'])
      expect(text).toContain(name)
  })

  test('says each of the six outcomes in words', () => {
    const text = show()
    for (const words of [
      '✓ bit-exact',
      '≈ within bound',
      '✗ deviates',
      '– not offered',
      '? undecided',
      '! known deviation',
    ]) {
      expect(text).toContain(words)
    }
  })

  test('keeps its words at 80 columns', () => {
    const text = show(fullReport(), 80)
    for (const words of ['✓ bit-exact', '≈ in bound', '✗ deviates', '? undecided', '! known'])
      expect(text).toContain(words)
  })

  test('needs nothing beyond ASCII where the terminal has nothing else', () => {
    expect(show(fullReport(), 80, { unicode: false })).toMatch(/^[\n\x20-\x7e]*$/)
  })

  test('is coloured only where colours are wanted, with the same words in the same places', () => {
    const coloured = show(fullReport(), 80, { colours: true })
    expect(show(fullReport(), 80)).not.toContain('\u001b')
    expect(coloured).toContain('\u001b[')
    expect(stripVTControlCharacters(coloured)).toBe(show(fullReport(), 80))
  })

  test('gives each dialect a row where a subject was held to several of one family', () => {
    const text = show(reportOf([result({ rule: 'adam/pytorch' }), result({ rule: 'adam/lecture' })]))
    expect(text).toMatch(/adam\/pytorch .*within bound/)
    expect(text).toMatch(/adam\/lecture .*within bound/)
  })

  test('calls a cell bit-exact by its replays, whatever bound a relation has', () => {
    const exact = result({ grade: 'bit-exact' })
    const relation = result({ group: 'relation', check: 'permutation' })
    const text = show(reportOf([exact, relation, result({ subject: 'keras', rule: 'adam/keras' })]))
    expect(text).toMatch(/adam +✓ bit-exact +≈ within bound/)
  })
})

describe('below the matrix', () => {
  test('a finding names rule, subject, check, step, element, value, interval, distance and command', () => {
    const text = show().replaceAll(/\s+/g, ' ')
    expect(text).toContain(
      'tfjs, adam/tfjs, formula: step 1, a[0]: got 0.9990, allowed 0.99683..0.99685, 37,912 ulps away',
    )
    expect(text).toContain('→ lockstep verify tfjs --rule adam/tfjs --check formula')
  })

  test('several checks that fail for one subject and rule are one finding', () => {
    const fails = ['formula', 'permutation', 'maximize'].map(check => result({ check, verdict: 'fail', finding }))
    const text = show(reportOf([...fails, result({ subject: 'keras' })]))
    expect(text.match(/✗ pytorch, adam\/pytorch/g)).toHaveLength(1)
    expect(text).toContain('also: permutation, maximize')
  })

  test('notes give the reasons of known deviations, of what stayed open, of other bits, and of what is missing', () => {
    const text = show().replaceAll(/\s+/g, ' ')
    expect(text).toContain('centered is computed in another order. Source: https://example.org/1')
    expect(text).toContain('the guest timed out')
    expect(text).toContain('not bit for bit, because of its arithmetic: contraction to FMA; roots of MKL.')
    expect(text).toContain('TensorFlow.js has no AdamW')
  })

  test('the summary counts what a reader would count, and ends with what to do', () => {
    const text = show()
    expect(text).toContain('44 of 47 checks hold')
    expect(text).toContain('1 check found a deviation, 1 could not be decided, 1 known')
    expect(text).toContain('seed 7')
    expect(text).toMatch(/Next: lockstep verify tfjs --rule adam\/tfjs --check formula\n$/)
  })
})

describe('one subject under one rule', () => {
  const failing = result({
    subject: 'mine',
    verdict: 'fail',
    finding,
    scenario,
    replay: 'lockstep replay .lockstep/scenarios/1.json',
  })
  const text = show(reportOf([failing, result({ subject: 'mine', check: 'permutation', group: 'relation' })]), 100)

  test('has a line a check', () => {
    expect(text).toMatch(/✗ formula +deviates/)
    expect(text).toMatch(/≈ permutation +within bound, 0.41 of the bound at worst, 97 % proving, 40 scenarios/)
  })

  test('tells a failure in a sentence', () => {
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'adam/pytorch, step 1, parameter a[0]: x is 0.9990 but the formula gives 0.99684 (allowed 0.99683..0.99685), 37,912 ulps away.',
    )
  })

  test('shows the smallest scenario in decimals, up to the step that failed', () => {
    expect(text).toMatch(/with +lr = 0.1, beta1 = 0.9, amsgrad = false/)
    expect(text).toMatch(/start +a = \[1, 0\]/)
    expect(text).toMatch(/gradient 1 +a = \[0.25, -1\]/)
    expect(text).not.toContain('gradient 2')
  })

  test('gives the command that replays it', () => {
    expect(text).toContain('lockstep replay .lockstep/scenarios/1.json')
  })

  test('formats that came out alike are told in one line, with the worst figures and all scenarios', () => {
    const both = [
      result({ formats: ['float32'], grade: 'within the bound', worst: 0.25, proving: 0.9, scenarios: 3 }),
      result({ formats: ['float64'], grade: 'within the bound', worst: 0.5, proving: 1, scenarios: 4 }),
    ]
    expect(show(reportOf(both))).toMatch(
      /formula {2,}within bound, 0.5 of the bound at worst, 90 % proving, 7 scenarios/,
    )
  })

  test('a known deviation is told once, and later lines say where', () => {
    const known = { subject: 'pytorch', rule: 'adam/pytorch', checks: ['formula'], reason: 'roots of another library' }
    const other = { ...known, reason: 'a sum in another order' }
    const rows = ['formula', 'permutation', 'maximize'].map(check =>
      result({ check, verdict: 'fail', finding, known: check === 'maximize' ? other : known }),
    )
    const told = show(reportOf(rows))
    expect(told.match(/roots of another library/g)).toHaveLength(1)
    expect(told).toMatch(/permutation {2,}known deviation, as told of formula\n/)
    expect(told).toContain('a sum in another order')
  })

  test('the commands are those that work where it was started', () => {
    const plain = show(reportOf([failing]), 100)
    const told = show(reportOf([failing]), 100, { npx: true })
    expect(told).toContain('npx lockstep replay .lockstep/scenarios/1.json')
    expect(told).toMatch(/Next: npx lockstep replay/)
    expect(told.replaceAll('npx lockstep', 'lockstep')).toBe(plain)
  })

  test('formats that came out differently are told apart', () => {
    const both = [
      result({ formats: ['float32'] }),
      result({ formats: ['float64'], verdict: 'unknown', reason: 'gone' }),
    ]
    expect(show(reportOf(both))).toMatch(/formula, float32[\s\S]*formula, float64/)
  })
})
