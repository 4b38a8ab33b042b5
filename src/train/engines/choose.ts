import { type Engine, type EngineId, engineIds, NoEngine } from './engine.ts'

/** A faster engine that was not taken, with what to do about it. */
export interface NotTaken {
  readonly engine: EngineId
  readonly reason: string
  readonly hint: string
}

/** An engine, and why it is not one of the faster ones; nothing to say where it was asked for. */
export type ChosenEngine = Engine & { readonly notTaken: readonly NotTaken[] }

/** How an engine is loaded; `automatically` where it takes more to be taken without having been asked for. */
export interface Loader {
  readonly load: (places?: readonly string[]) => Promise<Engine>
  readonly automatically?: () => Promise<void>
}

/** Imported one at a time: a library that is not asked for is not loaded. */
export const loaders: Readonly<Record<EngineId, Loader>> = {
  native: { load: async places => (await import('./native/index.ts')).native(places && { places }) },
  webgpu: { load: async () => (await import('./webgpu/index.ts')).webgpu(), automatically: requireGpu },
  wasm: { load: async () => (await import('./wasm/index.ts')).wasm() },
}

async function requireGpu(): Promise<void> {
  const { webgpuAdapter } = await import('./webgpu/index.ts')
  const { name, isSoftware } = await webgpuAdapter()
  if (!isSoftware) return
  throw new NoEngine(
    'webgpu',
    `WebGPU has only ${name}, a program on the CPU.`,
    'Ask for webgpu to take it all the same.',
  )
}

/**
 * The engine asked for, or its NoEngine; else the fastest that is here: native where it loads, WebGPU where it finds a GPU,
 * WebAssembly. `places` are the directories that the native one is looked for in, in place of the usual ones.
 */
export async function chooseEngine(
  asked?: EngineId,
  places?: readonly string[],
  from: Readonly<Record<EngineId, Loader>> = loaders,
): Promise<ChosenEngine> {
  if (asked) return { ...(await from[asked].load(places)), notTaken: [] }
  const notTaken: NotTaken[] = []
  for (const id of engineIds) {
    const { load, automatically } = from[id]
    try {
      await automatically?.()
      return { ...(await load(places)), notTaken }
    } catch (error) {
      if (!(error instanceof NoEngine)) throw error
      notTaken.push({ engine: id, reason: error.message, hint: error.hint })
    }
  }
  const { engine, reason, hint } = notTaken.at(-1)!
  throw new NoEngine(engine, `No engine loads here, not even the last: ${reason}`, hint)
}
