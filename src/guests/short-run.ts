import { spawn } from 'node:child_process'
import { killGroup, unwatch, watched } from './children.ts'

/** How a short program ended: with what it printed, or why nothing came of it. */
export type ShortRun = { readonly printed: string } | { readonly failed: string }

/** Nobody who answers a short question prints more than this, in bytes. */
const most = 1 << 20

/** How long the pipe of a program that ended is read, in milliseconds. */
const pipes = 500

/**
 * Runs a program that is to print a few lines and end. One that does not end in time (milliseconds) or prints without end
 * is ended with everything that it started, and so is what it leaves behind.
 */
export function shortRun(command: string, args: readonly string[], limit: number): Promise<ShortRun> {
  return new Promise(resolve => {
    const child = watched(() =>
      spawn(command, args, {
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      }),
    )
    const parts: Buffer[] = []
    let size = 0
    let late: NodeJS.Timeout | undefined
    const end = (result: ShortRun): void => {
      clearTimeout(timer)
      clearTimeout(late)
      killGroup(child)
      unwatch(child)
      child.stdout.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => end({ failed: `did not answer within ${limit / 1000} s and was ended` }), limit)
    child.stdout.on('data', (chunk: Buffer) => {
      parts.push(chunk)
      size += chunk.length
      if (size > most) end({ failed: `printed more than ${most} bytes and was ended` })
    })
    child.once('error', ({ message }) => end({ failed: `does not run (${message})` }))
    const ended = (code: number | null): void =>
      end(
        code === 0
          ? { printed: Buffer.concat(parts).toString('utf8') }
          : { failed: code === null ? 'was killed' : `ended with exit code ${code}` },
      )
    child.once('close', ended)
    // What it leaves behind may hold the pipe open for ever; what is in the pipe already is read first.
    child.once('exit', code => {
      killGroup(child)
      late = setTimeout(() => ended(code), pipes)
    })
  })
}
