import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Python } from '../guests/find-python.ts'
import { requirement } from '../guests/frameworks.ts'
import { Missing } from './failures.ts'
import { tell } from './output.ts'

interface Ended {
  readonly code: number
  readonly output: string
}

/** What pip says of its progress that a person wants to see. */
const telling = /^\s*(Downloading|Installing|Building|Using cached)\b/
const kept = 4000

/** Runs a command; the lines that say how it gets on go to standard error, the last of all of them come back. */
function ran(command: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const listen = (line: string): void => {
    output = `${output}${line}\n`.slice(-kept)
    if (telling.test(line)) tell(`      ${line.trim()}`)
  }
  createInterface({ input: child.stdout }).on('line', listen)
  createInterface({ input: child.stderr }).on('line', listen)
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', code => done({ code: code ?? 1, output }))
  })
}

/** What the words of a failure mean, and what to do; the first that fits. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /ensurepip is not available|No module named '?(venv|ensurepip)/,
    'Python lacks its module venv: install it (Debian and Ubuntu: apt install python3-venv), or name another Python with --python.',
  ],
  [
    /No space left|Errno 28|ENOSPC/,
    'The disk is full: make room, or name another place with --dir, and run it again; what was installed is kept.',
  ],
  [/Permission denied|Errno 13|Read-only file system/, 'The directory cannot be written: name another with --dir.'],
  [
    /name resolution|NewConnectionError|ConnectTimeout|Max retries|timed out|ProxyError|Network is unreachable|ConnectionError|SSLError/,
    'The package index cannot be reached: check the network (and https_proxy), and run it again; what was installed is kept.',
  ],
  [
    /No matching distribution|Could not find a version/,
    'The package index has no build for this Python and machine: name another Python with --python, or leave it out with --only.',
  ],
]

function explained(what: string, { code, output }: Ended): Missing {
  const meaning = meanings.find(([words]) => words.test(output))?.[1] ?? 'See what it said:'
  const tail = output.trim().split('\n').slice(-6).join('\n  ')
  return new Missing(`${what} failed (exit code ${code}). ${meaning}\n  ${tail}`)
}

/** Makes a virtual environment. */
export async function made({ python, version }: Python, directory: string): Promise<void> {
  tell(`A virtual environment of Python ${version} in ${directory}`)
  const ended = await ran(python, ['-m', 'venv', directory])
  if (ended.code !== 0) throw explained(`${python} -m venv`, ended)
}

/** Where a package comes from, in this order: PyTorch's own index has a build without two gigabytes of CUDA. */
const places: Readonly<Record<string, readonly (readonly string[])[]>> = {
  torch:
    process.platform === 'linux'
      ? [['--index-url', 'https://download.pytorch.org/whl/cpu', '--retries', '0', '--timeout', '20'], []]
      : [[]],
}

/** Installs one framework at its version. */
export async function installing(python: string, name: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off']
  let ended: Ended = { code: 1, output: '' }
  for (const [k, place] of (places[name] ?? [[]]).entries()) {
    if (k > 0) tell('      the build without CUDA could not be had; taking the usual one, which is larger')
    ended = await ran(python, [...pip, ...place, requirement(name)])
    if (ended.code === 0) return
  }
  throw explained(`pip install ${requirement(name)}`, ended)
}
