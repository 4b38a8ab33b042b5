import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contracts } from '../../src/checks/contracts/index.ts'

const page = readFileSync(new URL('../../docs/contracts.md', import.meta.url), 'utf8')
const told = [...page.matchAll(/^- \*\*(.+?)\*\*: (.+)$/gm)].map(([, name, text]) => ({ name: name!, text: text! }))

test('docs/contracts.md tells of every contract, and of no other', () => {
  expect(told.map(({ name }) => name).sort()).toEqual(contracts.map(({ name }) => name).sort())
})

test.each(told)('of $name it says what is claimed and what usually breaks it', ({ text }) => {
  expect(text).toMatch(/\. Usually (broken (by|where)|a) .+\.$/)
})
