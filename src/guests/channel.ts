import { type ChildProcess, spawn } from 'node:child_process'
import { killGroup, unwatch, watched } from './children.ts'
import { descendants, killThose } from './descendants.ts'
import { GuestError, type GuestErrorKind, shown } from './error.ts'
import { Lines } from './lines.ts'
import { type Fault, parseReply, type Reply, type Request } from './protocol.ts'

/** How a guest is started, and how long it may take. */
export interface Command {
  /** What it is called in messages; default: its whole command line. */
  title?: string
  command: string
  args?: readonly string[]
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** Milliseconds until the first answer (imports take long), and until any other. */
  timeout?: { hello?: number; request?: number }
  /** The longest line that is read, in bytes. */
  longestLine?: number
}

interface Waiting {
  id: number
  what: string
  resolve: (value: unknown) => void
  reject: (error: GuestError) => void
  timer: NodeJS.Timeout
}

const kinds: Readonly<Record<Fault, GuestErrorKind>> = {
  usage: 'refused',
  refused: 'refused',
  crash: 'crashed',
  garbage: 'garbage',
}
/** When something went wrong, in words; requests that are not here go by their own name. */
const phases: Readonly<Record<string, string>> = {
  hello: 'when it was loaded',
  open: 'when it was started',
  steps: 'in a step',
  set: 'when a hyper-parameter was changed',
  save: 'when its state was saved',
}

const expected =
  'Expected one JSON object a line, {"id":...,"ok":...} or {"id":...,"error":...} with the id of the request; send everything else to standard error, and big arrays in smaller batches.'
const defaults = { hello: 120_000, request: 10_000, longestLine: 64 * 2 ** 20, stderr: 4096, farewell: 500, pipes: 500 }

/** A child process that answers requests line by line. Once anything goes wrong it is killed, and every request fails. */
export class Channel {
  readonly #command: Command
  readonly #child: ChildProcess
  readonly #lines: Lines
  readonly #ended: Promise<void>
  #waiting: Waiting | undefined
  #stderr = Buffer.alloc(0)
  #turn: Promise<unknown> = Promise.resolve()
  #id = 0
  #gone = false
  #failure: GuestError | undefined

  constructor(command: Command) {
    this.#command = command
    this.#lines = new Lines(command.longestLine ?? defaults.longestLine)
    this.#child = watched(() =>
      spawn(command.command, command.args ?? [], {
        cwd: command.cwd,
        env: command.env ?? process.env,
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: process.platform !== 'win32',
        windowsHide: true,
      }),
    )
    this.#ended = new Promise(resolve => {
      this.#child.once('close', () => resolve())
      this.#child.once('error', () => resolve())
    })
    this.#listen()
    this.#unref()
  }

  /** Why nothing can be asked any more; undefined while all is well. */
  get failure(): GuestError | undefined {
    return this.#failure
  }

  /** Sends a request when all earlier ones were answered, and waits for its answer; rejects with a GuestError. */
  ask(request: Request): Promise<unknown> {
    const answer = this.#turn.then(() => this.#exchange(request))
    this.#turn = answer.catch(() => {})
    return answer
  }

  #exchange(request: Request): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure)
    const id = ++this.#id
    const first = request.do === 'hello' ? 'hello' : 'request'
    const limit = this.#command.timeout?.[first] ?? defaults[first]
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timedOut(request.do, limit), limit)
      this.#waiting = { id, what: request.do, resolve, reject, timer }
      // One request at a time: what the pipe does not take at once, Node keeps, and the guest never waits for us to read.
      this.#child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`)
    })
  }

  /** Says goodbye, waits half a second, and kills what is left. */
  async close(): Promise<void> {
    this.#child.ref()
    // Once it has said goodbye, nobody knows any more whose children they were.
    const family = this.#gone || this.#child.pid === undefined ? [] : descendants(this.#child.pid)
    if (this.#failure) this.#child.stdin?.end()
    else this.#child.stdin?.end(`${JSON.stringify({ id: ++this.#id, do: 'bye' })}\n`)
    this.#failure ??= new GuestError('refused', `${this.#title} was closed. Open a new subject.`)
    this.#settle()?.reject(this.#failure)
    // Again and again: nothing else keeps this process alive until the last pipe is closed.
    const patience = setInterval(() => this.#kill(), defaults.farewell)
    await this.#ended
    clearInterval(patience)
    killThose(family)
  }

  get #title(): string {
    return this.#command.title ?? [this.#command.command, ...(this.#command.args ?? [])].join(' ')
  }

  #listen(): void {
    const child = this.#child
    child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk))
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-defaults.stderr)
    })
    // A guest that ended shows in its exit; that its pipe is broken says nothing more.
    child.stdin?.on('error', () => {})
    child.once('error', cause => this.#cannotStart(cause))
    // What it started ends with it: else an inherited pipe could stay open for ever. Later its id may be another's.
    child.once('exit', () => {
      killGroup(child)
      this.#gone = true
      // What left the group may hold a pipe open for ever; what is in the pipes already is read first.
      setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, defaults.pipes).unref()
    })
    child.once('close', (code, signal) => {
      unwatch(child)
      this.#onEnd(code, signal)
    })
  }

  /** An idle guest does not keep this process alive; while an answer is awaited, its timer does. */
  #unref(): void {
    this.#child.unref()
    for (const pipe of this.#child.stdio) (pipe as { unref?(): void } | null)?.unref?.()
  }

  #read(chunk: Buffer): void {
    if (this.#failure) return
    const lines = this.#lines.push(chunk)
    for (const line of lines ?? []) if (!this.#failure && line.trim() !== '') this.#answer(line)
    if (!lines) this.#fail('garbage', `printed a line of more than ${this.#lines.limit} bytes. ${expected}`)
  }

  #answer(line: string): void {
    const reply = parseReply(line)
    const waiting = reply && reply.id === this.#waiting?.id ? this.#settle() : undefined
    if (!reply || !waiting) this.#fail('garbage', `printed ${shown(line)} on its standard output. ${expected}`)
    else if (reply.error) waiting.reject(this.#refusal(waiting.what, reply.error))
    else waiting.resolve(reply.ok)
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting
    clearTimeout(waiting?.timer)
    this.#waiting = undefined
    return waiting
  }

  #refusal(what: string, { kind, message, traceback }: NonNullable<Reply['error']>): GuestError {
    return new GuestError(
      kinds[kind],
      `${this.#title}, ${phases[what] ?? what}: ${message.replaceAll(/\s*\n\s*/g, ' ')}`,
      {
        traceback,
      },
    )
  }

  #timedOut(what: string, limit: number): void {
    this.#fail(
      'timeout',
      `did not answer \`${what}\` within ${limit / 1000} s and was ended.${this.#half()} Look for a loop without end; a slow guest can be given more time (--timeout).`,
    )
  }

  #cannotStart(cause: Error): void {
    this.#fail('missing', `cannot be started (${cause.message}). Check that the program exists and may be run.`, cause)
    unwatch(this.#child)
  }

  #onEnd(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal ? `was ended by ${signal}` : `ended by itself with exit code ${code}`
    const before = this.#waiting ? ` before it answered \`${this.#waiting.what}\`` : ''
    this.#fail('crashed', `${how}${before}.${this.#half()} Expected it to answer until it is told \`bye\`.`)
  }

  #half(): string {
    const rest = this.#lines.rest.trim()
    return rest === '' ? '' : ` Its last line is not complete: ${shown(rest)}.`
  }

  #kill(): void {
    if (!this.#gone) killGroup(this.#child)
  }

  /** Ends the guest and every request with one error; the first failure is the one that counts. */
  #fail(kind: GuestErrorKind, what: string, cause?: unknown): void {
    this.#kill()
    this.#failure ??= new GuestError(kind, `${this.#title} ${what}`, { stderr: this.#stderr.toString('utf8'), cause })
    this.#settle()?.reject(this.#failure)
  }
}
