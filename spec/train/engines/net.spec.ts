import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { EngineDescription, EngineId } from '../../../src/train/engines/engine.ts'
import { onCpu, onWasm, u } from './backends.ts'
import { type Computed, computed, distance } from './net.ts'

/**
 * What rounding may change of a gradient, in norm and to first order: each layer, there and back, errs by the roundings of
 * its longest sum, and two implementations are compared. Errors of independent sign grow with the root of the number of
 * terms (Higham & Mary 2019, theorem 2.4). Layers: convolution, normalization, convolution, dense, dense, loss; the longest
 * sum is the first filter's, over the 384 places of the batch.
 */
const layers = 6
const allowed = 2 * 2 * layers * Math.sqrt(384) * u

test('the gradients of a net are those of plain JavaScript', async () => {
  const [ours, theirs] = [await onWasm(computed), await onCpu(computed)]
  expect(distance(ours, theirs)).toBeLessThanOrEqual(allowed)
})

test('a net that is wrong by a tenth in one weight is told apart', async () => {
  const right = await onCpu(computed)
  const { filter1 } = right.gradients
  const wrong = { ...right, gradients: { ...right.gradients, filter1: filter1.with(5, filter1[5]! * 1.1) } }
  expect(distance(wrong, right)).toBeGreaterThan(allowed)
})

/** The driver that Debian's chromium package has for machines without a GPU; a driver that was named is left as it is. */
const software = '/usr/lib/chromium/vk_swiftshader_icd.json'
const driver = existsSync(software) ? { VK_ICD_FILENAMES: software } : {}

type Answer = { missing: string } | { missing?: undefined; description: EngineDescription; computed: Computed }

async function inProcess(id: EngineId, variables: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const program = fileURLToPath(new URL('compute-net.ts', import.meta.url))
  const env = { ...driver, ...process.env, ...variables }
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, id], { env })
  return JSON.parse(stdout)
}

const wanted = (process.env.LOCKSTEP_ENGINES ?? '').split(',')

test.for(['native', 'webgpu'] as const)(
  'the gradients of a net are those of %s',
  { timeout: 120_000 },
  async (id, { skip }) => {
    const answer = await inProcess(id)
    // Where an engine was set up on purpose, as in CI, its absence is a failure.
    if (answer.missing !== undefined) {
      expect(wanted, answer.missing).not.toContain(id)
      return skip(answer.missing)
    }
    expect(answer.description).toMatchObject({ engine: id, device: expect.stringMatching(/\S/) })
    expect(distance(await onWasm(computed), answer.computed)).toBeLessThanOrEqual(allowed)
  },
)

test('an engine that is not there says what to do', { timeout: 60_000 }, async () => {
  const answer = await inProcess('webgpu', { VK_ICD_FILENAMES: '/nonexistent', VK_DRIVER_FILES: '/nonexistent' })
  // Where there is Metal or Direct3D, no variable hides the adapter.
  if (process.platform === 'linux') expect(answer.missing).toMatch(/no adapter.*Install the driver/s)
})
