#!/usr/bin/env node
import { survivePipes } from './output.ts'
import { run } from './program.ts'

survivePipes()
// Idle guests do not keep a process alive, so that one which is only awaited would end it before its answer.
setInterval(() => {}, 60_000)
const code = await run(process.argv)
await new Promise(done => process.stdout.write('', done))
process.exit(code)
