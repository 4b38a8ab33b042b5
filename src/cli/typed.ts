import { quoted } from '../report/findings.ts'
import type { HyperValues } from '../subject/subject.ts'

/** Options as they are typed again in a command that goes on from here; nothing where none were given. */
export function typed({ hyper = {}, python }: { hyper?: HyperValues; python?: string | undefined }): string {
  const held = Object.entries(hyper).map(([name, value]) => ` --hyper ${quoted(`${name}=${value}`)}`)
  return [...held, ...(python === undefined ? [] : [` --python ${quoted(python)}`])].join('')
}
