/** Computes the net on the engine of that name, in a process of its own: two engines in one process share their tables. */

import { loaders } from '../../../src/train/engines/choose.ts'
import { NoEngine } from '../../../src/train/engines/engine.ts'
import { computed } from './net.ts'

const id = process.argv[2] as keyof typeof loaders
try {
  const engine = await loaders[id].load()
  const result = { description: engine.description, computed: await computed(engine) }
  engine.close()
  process.stdout.write(JSON.stringify(result), () => process.exit(0))
} catch (error) {
  if (!(error instanceof NoEngine)) throw error
  process.stdout.write(JSON.stringify({ missing: `${error.message} ${error.hint}` }), () => process.exit(0))
}
