import { describe, expect, test } from 'vitest'
import { writers } from '../../src/report/index.ts'
import { code, shown } from '../../src/report/markdown-text.ts'
import { finding, fullReport, reportOf, result, scenario } from './fake-report.ts'

const written = (report = fullReport()): string =>
  writers.markdown!(report, { width: 40, colours: true, unicode: false })

describe('Markdown', () => {
  const text = written()

  test('begins with the summary, and has the matrix as a table', () => {
    expect(text).toMatch(/^## Lockstep\n\n\*\*44 of 47 checks hold/)
    const rows = text.split('\n').filter(line => line.startsWith('|'))
    expect(rows).toHaveLength(2 + 8)
    expect(new Set(rows.map(row => row.split(/(?<!\\)\|/).length))).toEqual(new Set([1 + 6 + 2]))
    expect(rows[0]).toBe('|  | pytorch:ieee | pytorch | keras | optax | tfjs | pytorch:live |')
    expect(text).toMatch(/\| adam \| ✓ bit-exact \| ≈ within bound \| .*✗ deviates/)
    expect(text).toContain('✗ is not this formula')
  })

  test('has each finding with its sentence, its command and, folded, its smallest scenario', () => {
    const failing = result({ verdict: 'fail', finding, scenario, replay: 'lockstep replay x.json' })
    const page = written(reportOf([failing, { ...failing, check: 'maximize' }]))
    for (const words of [
      '- ✗ **pytorch, adam/pytorch, formula**: adam/pytorch, step 1, parameter a\\[0\\]: x is 0.9990',
      'Also: maximize.',
      '`lockstep replay x.json`',
      '<details>',
      '      gradient 1  a = [0.25, -1]',
    ])
      expect(page).toContain(words)
  })

  test('has the notes, and says of a run that did not end that it did not', () => {
    expect(text).toContain('centered is computed in another order. Source: https://example.org/1')
    expect(written({ ...reportOf([result()]), incomplete: true })).toContain('**The run did not end')
    expect(written({ ...reportOf([result()]), notes: ['left out'] })).toContain('left out')
  })

  test('is never coloured and stays below what a comment may have, however much fails', () => {
    expect(text).not.toContain('\u001b')
    const fails = Array.from({ length: 300 }, (_, k) =>
      result({ rule: `r${k}/own`, verdict: 'fail', finding, scenario }),
    )
    const page = written(reportOf(fails))
    expect(page.length).toBeLessThan(65_536)
    expect(page).toContain('280 more')
  })

  test('text of a guest stays text', () => {
    expect(shown('<img src=x> **b** | `c` [d](e) @team a\nb')).toBe(
      '\\<img src=x\\> \\*\\*b\\*\\* \\| \\`c\\` \\[d\\](e) @<!-- -->team a b',
    )
    expect(code('a `b` c')).toBe('``a `b` c``')
    expect(code('`')).toBe('`` ` ``')
    const reason = '```\n</details>\n# boo'
    const page = written(reportOf([result({ verdict: 'fail', reason })]))
    expect(page.split('\n').filter(line => line.startsWith('#'))).toEqual(['## Lockstep', '### Findings'])
    expect(page).toContain('````text')
  })
})
