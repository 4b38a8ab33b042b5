import type { ChildProcess } from 'node:child_process'
import { descendants, killThose } from './descendants.ts'

const children = new Set<ChildProcess>()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Kills a child and everything it started; it leads a process group of its own, which some of these may have left. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  const family = descendants(child.pid)
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
  killThose(family)
}

const killAll = () => {
  for (const child of children) killGroup(child)
}

/** Where nobody else handles the signal, it ends this process, and the children with it; else the other handler decides. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  killAll()
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
}

function listen(): void {
  process.on('exit', killAll)
  for (const signal of signals) process.on(signal, onSignal)
}

function stopListening(): void {
  process.off('exit', killAll)
  for (const signal of signals) process.off(signal, onSignal)
}

/**
 * Starts a child that does not outlive this process: a group of its own does not get the terminal's Ctrl-C. Signals are
 * listened to before it is there, so that none comes between.
 */
export function watched<C extends ChildProcess>(start: () => C): C {
  if (children.size === 0) listen()
  try {
    const child = start()
    children.add(child)
    return child
  } finally {
    if (children.size === 0) stopListening()
  }
}

/** The child has ended. */
export function unwatch(child: ChildProcess): void {
  if (children.delete(child) && children.size === 0) stopListening()
}
