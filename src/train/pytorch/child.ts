import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PytorchError, type PytorchFault } from './error.ts'

/** A line of lockstep_trainer. */
export type Message =
  | {
      readonly kind: 'here'
      readonly versions: Record<string, string>
      readonly capability: string
      readonly gpu: string | null
      readonly subject: string | null
    }
  | { readonly kind: 'ready' | 'end' }
  | { readonly kind: 'epoch'; readonly epoch: number }
  | { readonly kind: 'step'; readonly step: number }
  | {
      readonly kind: 'figure'
      readonly epoch: number
      readonly step: number
      readonly metric: string
      readonly value: number | string
    }
  | { readonly kind: 'error'; readonly error: { readonly kind: PytorchFault; readonly text: string } }

/** Lines of the standard error that an error repeats. */
const tail = 5
/** Bytes of it that are kept for that. */
const kept = 8192

/** The Python program: beside the sources, and in the package. */
function program(): string {
  const places = ['./trainer.py', './pytorch/trainer.py'].map(place => fileURLToPath(new URL(place, import.meta.url)))
  const found = places.find(place => existsSync(place))
  if (found === undefined)
    throw new PytorchError('missing', 'The package lacks pytorch/trainer.py. Reinstall it, or run `npm run build`.')
  return found
}

export interface ChildOptions {
  readonly signal?: AbortSignal
  /** Given a function that sends a line: the files of an epoch are there, or the next window may begin. */
  readonly onStart?: (send: (line: 'epoch' | 'window') => void) => void
}

/**
 * Runs lockstep_trainer and gives its lines but for errors, which it throws; so it does where the process does not say
 * 'end', with how it ended. However the caller leaves, the process is gone then.
 */
export async function* child(
  python: string,
  args: readonly string[],
  { signal, onStart }: ChildOptions = {},
): AsyncGenerator<Exclude<Message, { kind: 'error' }>, void> {
  signal?.throwIfAborted()
  const process = spawn(python, ['-uB', program(), ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let [stderr, finished] = ['', false]
  process.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-kept)
  })
  // It may be gone before it reads.
  process.stdin.on('error', () => undefined)
  const ended = new Promise<string>(resolve => {
    process.on('error', (error: NodeJS.ErrnoException) => resolve(error.message))
    process.on('close', (code, by) => resolve(by === null ? `with code ${code}` : `by ${by}`))
  })
  const stop = (): boolean => process.kill('SIGKILL')
  signal?.addEventListener('abort', stop)
  onStart?.(line => process.stdin.write(`${line}\n`))
  try {
    for await (const line of createInterface({ input: process.stdout })) {
      const message = parsed(line)
      if (message.kind === 'error') throw new PytorchError(message.error.kind, advised(message.error, python))
      finished ||= message.kind === 'end'
      yield message
    }
    const how = await ended
    signal?.throwIfAborted()
    if (!finished) throw abnormal(python, how, stderr)
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
    await ended
  }
}

function parsed(line: string): Message {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw new PytorchError('run', `lockstep_trainer printed no JSON: ${line.slice(0, 200)}`, { cause })
  }
}

/** What to do about it, where that is not in the text. */
const advice: Readonly<Partial<Record<PytorchFault, string>>> = {
  missing: 'Get PyTorch with `npx lockstep setup frameworks`, or name a Python that has it with --python.',
}
const advised = ({ kind, text }: { kind: PytorchFault; text: string }, python: string): string =>
  kind === 'missing' ? `${python}: ${text}. ${advice.missing}` : `PyTorch: ${text}.`

function abnormal(python: string, how: string, stderr: string): PytorchError {
  if (/ENOENT|EACCES/.test(how))
    return new PytorchError(
      'missing',
      `${python} cannot be run: ${how}. Name a Python that has torch with --python, or get one with \`npx lockstep setup frameworks\`.`,
    )
  const said = stderr.trimEnd().split('\n').slice(-tail).join('\n  ')
  const memory = how === 'by SIGKILL' ? ' The system may have been out of memory.' : ''
  return new PytorchError(
    'ended',
    `PyTorch ended ${how} in the middle of the run.${memory} ${said === '' ? 'It said nothing on its standard error.' : `Its last lines:\n  ${said}`}`,
  )
}
