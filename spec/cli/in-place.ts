import type { Outcome } from './command.ts'

type Write = typeof process.stdout.write

/** Gathers what a stream is given, until `back` is called. */
function gather(stream: NodeJS.WriteStream): { text(): string; back(): void } {
  const { write } = stream
  let text = ''
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const taken = rest.at(-1)
    if (typeof taken === 'function') process.nextTick(taken)
    return true
  }) as Write
  return {
    text: () => text,
    back: () => {
      stream.write = write
    },
  }
}

/** Makes the environment of this process be this one; keys that are undefined are absent. */
function become(env: Readonly<Record<string, string | undefined>>): void {
  for (const key of Object.keys(process.env)) if (env[key] === undefined) delete process.env[key]
  for (const [key, value] of Object.entries(env)) if (value !== undefined) process.env[key] = value
}

/** The last command: they share one process, one directory and one environment, so each waits for the one before. */
let last: Promise<unknown> = Promise.resolve()

/** Runs a command in this process as if it were one of its own: its directory, its environment, and all that it writes. */
export function inPlace(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  command: () => Promise<number>,
): Promise<Outcome> {
  const running = last.then(async () => {
    const before = { cwd: process.cwd(), env: { ...process.env } }
    const [out, err] = [gather(process.stdout), gather(process.stderr)]
    process.chdir(cwd)
    become(env)
    try {
      const code = await command()
      return { code, out: out.text(), err: err.text() }
    } finally {
      become(before.env)
      process.chdir(before.cwd)
      err.back()
      out.back()
    }
  })
  last = running.catch(() => undefined)
  return running
}
