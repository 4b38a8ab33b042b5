import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['spec/**/*.spec.ts'],
    testTimeout: 30_000,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: availableParallelism(),
  },
})
