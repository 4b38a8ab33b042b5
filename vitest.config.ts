import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['spec/**/*.spec.ts'],
    globalSetup: 'spec/bundle.ts',
    testTimeout: 30_000,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: availableParallelism(),
    // Modules are loaded and compiled once a worker, not once a file: a third of the time. No spec changes what others import.
    isolate: false,
    // Specs make much that is soon forgotten; with V8's usual 16 MB for it, a fifth of the time goes into collecting.
    execArgv: ['--min-semi-space-size=64', '--max-semi-space-size=128'],
  },
})
