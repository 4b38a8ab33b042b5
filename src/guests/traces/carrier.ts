/** The name of standard input on the command line. */
export const standardInput = '-'

/** What a trace is called in messages. */
export const traceName = (path: string): string => (path === standardInput ? 'standard input' : path)

export type Carrier = 'npz' | 'gzip' | 'safetensors' | 'lines'

/** So many bytes tell what carries a trace. */
export const telling = 64

/** What carries a trace, by its first bytes. */
export function carrierOf(start: Buffer): Carrier {
  if (start.subarray(0, 2).toString('latin1') === 'PK') return 'npz'
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip'
  return start[8] === 0x7b && start.length > 9 && start.readUInt16LE(6) === 0 ? 'safetensors' : 'lines'
}
