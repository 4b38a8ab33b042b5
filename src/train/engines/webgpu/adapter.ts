import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { NoEngine } from '../engine.ts'

/** What WebGPU found to compute on. */
export interface Adapter {
  readonly name: string
  /** It is no GPU, but a program on the CPU. */
  readonly isSoftware: boolean
}

/** Adapters that compute on the CPU, for those that do not say so themselves. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|warp|basic render/i

/** What a process runs to look; the address of the `webgpu` package is its argument. */
const look = `
const { create } = await import(process.argv[1])
const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' })
const { vendor, architecture, device, description, isFallbackAdapter } = adapter?.info ?? {}
const found = adapter && { vendor, architecture, device, description, isFallbackAdapter }
process.stdout.write(JSON.stringify(found ?? null), () => process.exit(0))
`

/** Milliseconds. Looking takes about one second; a driver that takes this long does not answer at all. */
const timeout = 60_000

/**
 * The adapter that a process like this one gets, `url` being the address of the `webgpu` package. It is looked for in a
 * process of its own: a driver that does not work may end the process, and what it prints is nobody's message. Throws
 * NoEngine where there is none.
 */
export async function findAdapter(url: string): Promise<Adapter> {
  const command = ['--input-type=module', '--eval', look, '--', url]
  const { stdout } = await promisify(execFile)(process.execPath, command, { timeout }).catch(cause => {
    const why = 'WebGPU does not start here: the search for an adapter ended with an error.'
    throw new NoEngine('webgpu', why, driverHint, { cause })
  })
  const found: Found | null = JSON.parse(stdout)
  if (!found) throw new NoEngine('webgpu', 'WebGPU finds no adapter here.', driverHint)
  return adapterOf(found)
}

const driverHint = 'Install the driver of the GPU (on Linux one for Vulkan, and libvulkan.so.1), or train on the CPU.'

interface Found {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  readonly isFallbackAdapter?: boolean
}

function adapterOf({ vendor, architecture, device, description, isFallbackAdapter }: Found): Adapter {
  const name = [vendor, architecture, description || device].filter(word => word !== '').join(', ')
  return { name, isSoftware: isFallbackAdapter === true || softwareNames.test(name) }
}
