import type { Arithmetic } from '../language/arithmetic.ts'
import { linkClosures } from './closures.ts'
import { linkCompiled, mayGenerate } from './compile.ts'
import { float } from './float.ts'
import type { Meaning } from './meaning.ts'

/**
 * The replay: the bits that a rule gives in a format under an arithmetic. Compiled to one loop where rounding is plain
 * IEEE 754 and code may be generated; run as closures otherwise, with the same bits (spec/derive/replay.spec.ts).
 */
export function replay(
  format: 'float32' | 'float64',
  arithmetic: Arithmetic,
  generate = mayGenerate(),
): Meaning<number, boolean> {
  const operations = float(format, arithmetic)
  const compiled = generate && arithmetic.subnormals === 'kept'
  return {
    operations,
    read: value => value,
    store: length => (format === 'float32' ? new Float32Array(length) : new Float64Array(length)),
    link: program => (compiled ? linkCompiled(program, format, operations) : linkClosures(program, operations)),
  }
}
