#!/usr/bin/env node
import { survivePipes } from './output.ts'
import { run } from './program.ts'

survivePipes()
const code = await run(process.argv)
await new Promise(done => process.stdout.write('', done))
process.exit(code)
