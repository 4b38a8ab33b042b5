import { resolve } from 'node:path'
import { nativeHome, projectNative } from '../train/engines/native/places.ts'
import { exitCode, Missing } from './failures.ts'
import { type NativeAnswer, nativeAnswer } from './native-answer.ts'
import { tell } from './output.ts'
import type { SetupOptions } from './questions.ts'
import { claim, stamp } from './setup-place.ts'
import { buildBinding, hasBinding } from './tensorflow-binding.ts'
import { fetchPackages, hasPackages } from './tensorflow-packages.ts'
import { type Wheel, wheelFor } from './tensorflow-wheel.ts'

/** Makes the native engine, or goes on with it, and tries it; 3 where something is missing that only the user can get. */
export async function setupTensorflow({ dir, python }: SetupOptions): Promise<number> {
  if (process.platform !== 'linux') throw new Missing(elsewhere)
  const place = resolve(dir ?? nativeHome())
  claim(place)
  const wheel = await wheelFor(place, python)
  tell(`[1/3] TensorFlow ${wheel.version}, in ${wheel.folder}`)
  const whole = hasPackages(place) && hasBinding(place, wheel)
  let answer = await made(place, wheel)
  if (whole && !('description' in answer)) {
    tell(`${answer.message} It is made anew.`)
    for (const name of ['packages', 'binding']) stamp(place, name)
    answer = await made(place, wheel)
  }
  return finish(place, answer, whole)
}

const elsewhere = `The native engine is built here on Linux alone; this is ${process.platform}. Install @tensorflow/tfjs-node into your project (npm install @tensorflow/tfjs-node): Lockstep uses it where it loads. Without it the wasm engine trains.`

async function made(place: string, wheel: Wheel): Promise<NativeAnswer> {
  await fetchPackages(place)
  await buildBinding(place, wheel)
  return nativeAnswer([place])
}

function finish(place: string, answer: NativeAnswer, whole: boolean): number {
  if (!('description' in answer))
    throw new Missing(`It was built, but does not run. ${answer.message} Remove ${place}, and run it again.`)
  const usual = [projectNative(), nativeHome()]
  tell(`${whole ? 'Already there' : 'It runs'}: ${answer.description.device}.`)
  tell(
    usual.includes(place)
      ? `Lockstep finds it by itself, in ${place}. Next: lockstep doctor`
      : `Lockstep looks into ${usual.join(' and ')}: link ${place} to one of them, or make it there.`,
  )
  return exitCode.conforms
}
