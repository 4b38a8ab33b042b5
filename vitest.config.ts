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
  },
})
