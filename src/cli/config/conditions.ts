import type { Subject } from '../../subject/subject.ts'
import { version as lockstep } from '../package.ts'
import type { Conditions } from './schema.ts'
import { versionRange } from './versions.ts'

/** Other names by which people know what a report names. */
const aliases: Readonly<Record<string, string>> = { torch: 'pytorch', tfjs: 'tensorflow.js', tf: 'tensorflow' }

/** The versions that a subject's text names: `Keras 3.15.1 on TensorFlow 2.21.0`. */
export function versionsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([A-Za-z][\w.-]*)\s+v?(\d[\w.+-]*)/g)]
  return Object.fromEntries(pairs.map(([, name, version]) => [name!.toLowerCase(), version!]))
}

const onGpu = /\b(gpu|cuda|rocm|mps|webgpu|webgl)\b/i

/** Why a deviation does not apply to a subject here; undefined where every condition holds. */
export function unmet(when: Conditions, { version = '', name }: Pick<Subject, 'version' | 'name'>): string | undefined {
  const { versions = {}, platforms, devices } = when
  const here = { lockstep, node: process.versions.node, ...versionsOf(version) } as Readonly<Record<string, string>>
  for (const [library, range] of Object.entries(versions)) {
    const key = library.toLowerCase()
    const found = here[aliases[key] ?? key]
    if (found === undefined) return `it is about ${library} ${range}, and ${name} names no version of it`
    if (!versionRange(range)!(found)) return `it is about ${library} ${range}, here is ${found}`
  }
  const platform = `${process.platform}-${process.arch}`
  if (platforms && !platforms.some(each => each === platform || each === process.platform))
    return `it is about ${platforms.join(', ')}, here is ${platform}`
  const device = onGpu.test(version) ? 'gpu' : 'cpu'
  return devices && !devices.includes(device)
    ? `it is about the ${devices.join(', ')}, here is the ${device}`
    : undefined
}

/** Conditions in words, for reports. */
export const whenText = ({ versions = {}, platforms = [], devices = [] }: Conditions): string =>
  [...Object.entries(versions).map(pair => pair.join(' ')), ...platforms, ...devices].join(', ')
