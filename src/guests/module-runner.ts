import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { loadModule, ModuleHost } from './module-host.ts'
import type { Reply, Request } from './protocol.ts'
import { RunnerFault } from './runner-fault.ts'

/** How often it is asked whether the parent is still there, in milliseconds. */
const every = 1000

/**
 * Ends this process, and what it started, when the process that started it is gone. A module that computes without end
 * never sees that its input is closed; another thread does.
 */
function endWithParent(): void {
  const watch = `setInterval(() => {
    if (process.ppid !== ${process.ppid}) process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL')
  }, ${every})`
  new Worker(watch, { eval: true, execArgv: [] }).unref()
}

/**
 * The process in which a user's module runs: `module-runner <path>`. It speaks lockstep/1 on its standard output, so that
 * whatever the module prints goes to standard error.
 */
async function main(path: string): Promise<void> {
  const write = process.stdout.write.bind(process.stdout)
  // console.log writes through process.stdout.write as it finds it.
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write
  endWithParent()
  let host: ModuleHost | undefined
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, ...request } = JSON.parse(line) as Request & { id: number }
    const reply = await replyTo(id, async () => {
      // Imported when first asked, so that a module that cannot be imported is an answer too.
      host ??= new ModuleHost(await loadModule(path))
      return host.answer(request as Request)
    })
    write(`${JSON.stringify(reply)}\n`)
    if (request.do === 'bye') break
  }
  process.exit(0)
}

async function replyTo(id: number, answer: () => Promise<unknown>): Promise<Reply> {
  try {
    return { id, ok: (await answer()) ?? {} }
  } catch (error) {
    if (error instanceof RunnerFault) return { id, error: { kind: error.kind, message: error.message, traceback: '' } }
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    return { id, error: { kind: 'crash', message, traceback: stack.split('\n').slice(0, 12).join('\n') } }
  }
}

await main(process.argv[2]!)
