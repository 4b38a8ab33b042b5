import { expect, test } from 'vitest'
import { GuestError } from '../../src/guests/error.ts'

test('what a guest says reaches terminal and report without escapes, and not without end', () => {
  const evil = '\u001b[2J\u001b]0;title\u0007 words\u202e'
  const { message } = new GuestError('crashed', evil, { traceback: 'at a\n\tat b', stderr: 'y'.repeat(1e6) })
  expect(message).not.toMatch(/(?![\n\t])[\p{Cc}\u202e]/u)
  expect(message).toContain(' words')
  expect(message).toContain('at a\n  \tat b')
  expect(message.length).toBeLessThan(10_000)
})
