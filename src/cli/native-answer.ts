import { packagePath } from '../guests/package-path.ts'
import { shortRun } from '../guests/short-run.ts'
import type { EngineDescription } from '../train/engines/engine.ts'

/** What the native engine is, or why there is none and what to do. */
export type NativeAnswer =
  | { readonly description: EngineDescription }
  | { readonly message: string; readonly hint?: string }

/** TensorFlow is loaded from a disk that may be slow; milliseconds. */
const patience = 60_000

/** Asks the native engine of these places, or of the usual ones, who it is: in a child, which a broken library may end. */
export async function nativeAnswer(places: readonly string[] = []): Promise<NativeAnswer> {
  const script = packagePath(import.meta.url, './native-probe.js', './native-probe.ts')
  if (script === undefined) return { message: 'The package lacks native-probe.js: reinstall it.' }
  const run = await shortRun(process.execPath, [...process.execArgv, script, ...places], patience)
  if ('failed' in run)
    return { message: `The process that loads it ${run.failed}; with TF_CPP_MIN_LOG_LEVEL=0 TensorFlow says more.` }
  try {
    return JSON.parse(run.printed)
  } catch {
    return { message: `The process that loads it printed ${run.printed.trim().slice(0, 200)}.` }
  }
}
