import { describe, expect, test } from 'vitest'
import { wordsOf } from '../../src/cli/words.ts'

describe('a command line as words', () => {
  test.each([
    ['./my-optimizer --flag', ['./my-optimizer', '--flag']],
    ['  a   b  ', ['a', 'b']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`a'b c'd`, ['ab cd']],
    [`--x="" ''`, ['--x=', '']],
    [`"say \\"hi\\"" 'it\\'`, ['say "hi"', 'it\\']],
    ['a\\ b', ['a b']],
    ['C:\\bin\\opt.exe', ['C:\\bin\\opt.exe']],
    ['a;b|c $HOME *', ['a;b|c', '$HOME', '*']],
  ])('%s', (line, words) => expect(wordsOf(line)).toEqual(words))

  test.each([
    ['', /names no program/],
    ['   ', /names no program/],
    [`a 'b`, /a quote ' is not closed/],
    ['a "b', /a quote " is not closed/],
  ])('%s is refused', (line, problem) => expect(() => wordsOf(line)).toThrow(problem))
})
