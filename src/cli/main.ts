#!/usr/bin/env node
import { survivePipes } from './output.ts'
import { run } from './program.ts'

survivePipes()
const code = await run(process.argv)
await new Promise(done => process.stdout.write('', done))
// Guests are closed by now; whatever a library still holds open must not keep the shell waiting.
process.exit(code)
