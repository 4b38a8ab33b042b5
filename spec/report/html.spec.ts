import { describe, expect, test } from 'vitest'
import { page } from '../../src/report/html/page.ts'
import { finding, fullReport, reportOf, result, scenario } from './fake-report.ts'

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(match => match[1]!)
/** What a reader sees, without the style. */
const seen = (text: string): string =>
  text
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

/** Tags that are closed in the order in which they were opened; those that HTML never closes are left out. */
function unbalanced(text: string): string[] {
  const open: string[] = []
  for (const [, closing, name] of text.replace(/<!doctype[^>]*>/, '').matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (['meta', 'br'].includes(name!)) continue
    if (!closing) open.push(name!)
    else if (open.pop() !== name) return [`</${name}>`]
  }
  return open
}

describe('the page', () => {
  const text = page(fullReport())

  test('is whole: every tag is closed, every link within leads somewhere', () => {
    expect(unbalanced(text)).toEqual([])
    const ids = all(text, / id="([^"]+)"/g)
    expect(new Set(ids).size).toBe(ids.length)
    for (const target of all(text, /href="#([^"]+)"/g)) expect(ids).toContain(target)
  })

  test('needs nothing else: no script, no font, no picture', () => {
    expect(text).not.toMatch(/<script|<link|<img|src=|@import|url\(/)
  })

  test('has a cell for every subject under every rule, and its evidence', () => {
    const { subjects, results } = fullReport()
    const rows = all(text, /<th scope="row">([^<]+)<\/th>/g)
    expect(rows).toHaveLength(8)
    for (const { name } of subjects) expect(text).toContain(`<th scope="col">${name}<br>`)
    const ran = new Set(results.filter(({ verdict }) => verdict !== 'skip').map(each => `${each.subject} ${each.rule}`))
    expect(all(text, /<td><a href="#([^"]+)"/g)).toHaveLength(ran.size)
  })

  test('begins with four numbers that add up to the cells', () => {
    const [exact, bound, bad] = all(text, /<li><b>([^<]+)<\/b>/g)
    // 47 cells were run: the bit-exact ones are those of one subject; a failure, an undecided and a known deviation.
    expect([exact, bound, bad]).toEqual(['8', '36', '3'])
  })

  test('tells each deviation with its input, the open ones first', () => {
    const cards = text.split('<section class="finding').slice(1)
    expect(cards).toHaveLength(2)
    expect(cards[0]).toMatch(/^ open"/)
    expect(seen(cards[0]!)).toMatch(
      /tfjs: adam\/tfjs .*step 1, x of a\[0\] .*it gives .*37,912 ulps away.*smallest input/,
    )
    expect(cards[0]).toContain('lockstep verify tfjs --rule adam/tfjs')
    expect(seen(cards[1]!)).toContain('centered is computed in another order.')
    expect(cards[1]).toContain('<a href="https://example.org/1">')
  })

  test('says what a deviation is, where that was investigated', () => {
    const known = { reason: 'it divides by the old one', title: 'A title', kind: 'bug' as const }
    const shown = page(reportOf([result({ verdict: 'fail', finding, scenario, known })]))
    expect(shown).toMatch(/<h3>A title<span class="badge[^>]*>not what its documentation says<\/span>/)
  })

  test('says so where the run did not end', () => {
    expect(page({ ...fullReport(), incomplete: true })).toContain('The run did not end: results are missing.')
    expect(text).not.toContain('did not end')
  })

  test('shows names and reasons as they are, whatever is in them', () => {
    const hostile = '</td><script>alert("1")</script>&amp;\u0007'
    const shown = page(
      reportOf([
        result({ subject: hostile, verdict: 'fail', reason: hostile, replay: hostile }),
        result({ subject: hostile, check: 'late steps', verdict: 'skip', reason: hostile }),
        result({ subject: 'x', verdict: 'fail', known: { reason: hostile, link: `https://x/"onclick="${hostile}` } }),
      ]),
    )
    for (const bad of ['<script', '\u0007', 'onclick="']) expect(shown).not.toContain(bad)
    expect(shown).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;\ufffd')
    expect(unbalanced(shown)).toEqual([])
  })

  test('of nothing is a page, too', () => {
    expect(unbalanced(page(reportOf([])))).toEqual([])
  })
})
