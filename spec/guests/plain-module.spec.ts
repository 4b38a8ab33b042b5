import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isPlain } from '../../src/guests/plain-module.ts'

const directory = mkdtempSync(join(tmpdir(), 'lockstep-plain-'))
const step = 'export default (hyper, x) => ({ step: g => Float64Array.from(x) })\n'
function plain(name: string, text: string): boolean {
  writeFileSync(join(directory, name), text)
  return isPlain(join(directory, name))
}

describe('Node alone', () => {
  test.each([
    step,
    `import { appendFileSync } from 'node:fs'\n${step}`,
    `import {\n  readFile,\n} from "node:fs/promises"\nimport * as os from 'node:os';${step}`,
  ])('runs a module that imports nothing but what is part of Node: %j', text => {
    expect(plain('a.mjs', text)).toBe(true)
  })

  test.each([
    `import { x } from './x'\n${step}`,
    `import './x.ts'\n${step}`,
    `import { readFile } from 'node:fs'\nimport x from '../x.js'\n${step}`,
    "export { default } from './adam.ts'",
    `export * from\n"a-package"\n${step}`,
    `const x = await import('node:fs')\n${step}`,
    `import { createRequire } from 'node:module'\nconst load = createRequire('/')\n${step}`,
  ])('is not asked to run one that may bring in another file: %j', text => {
    expect(plain('a.mjs', text)).toBe(false)
  })

  test('is not asked to run one whose ending does not say that it is a module, nor what cannot be read', () => {
    for (const name of ['a.js', 'a.ts', 'a.mts']) expect(plain(name, step)).toBe(false)
    expect(isPlain(directory)).toBe(false)
    expect(isPlain(join(directory, 'none.mjs'))).toBe(false)
  })
})
