import { readdirSync, readFileSync } from 'node:fs'

/** A process, told from a later one of the same id by when it began. */
interface Process {
  readonly pid: number
  readonly parent: number
  /** In ticks of the clock since the machine started. */
  readonly began: string
}

/** What Linux says of a process; undefined where it is gone. See proc(5), /proc/pid/stat. */
function processOf(pid: number): Process | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of a program stands in brackets, and may have blanks and brackets itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(fields[1]), began: fields[19]! }
  } catch {
    return undefined
  }
}

/**
 * Every process that a process started, and that these did, also those that left its group. One whose parent has ended
 * is not found, and elsewhere than on Linux none is.
 */
export function descendants(pid: number): Process[] {
  if (process.platform !== 'linux') return []
  const all = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => processOf(Number(name)))
    .filter(found => found !== undefined)
  const below = (parent: number): Process[] =>
    all.filter(found => found.parent === parent).flatMap(found => [found, ...below(found.pid)])
  return below(pid)
}

/** Kills those of some processes that are still there. */
export function killThose(processes: readonly Process[]): void {
  for (const { pid, began } of processes) {
    if (processOf(pid)?.began !== began) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
}
