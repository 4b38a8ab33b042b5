import type { Python } from '../guests/find-python.ts'
import { requirement } from '../guests/frameworks.ts'
import { tell } from './output.ts'
import { type Ended, explained, type Meanings, ran } from './setup-command.ts'

/** What pip says of its progress that a person wants to see. */
const telling = /^\s*(Downloading|Installing|Building|Using cached)\b/

const meanings: Meanings = [
  [
    /ensurepip is not available|No module named '?(venv|ensurepip)/,
    'Python lacks its module venv: install it (Debian and Ubuntu: apt install python3-venv), or name another Python with --python.',
  ],
  [
    /name resolution|NewConnectionError|ConnectTimeout|Max retries|timed out|ProxyError|Network is unreachable|ConnectionError|SSLError/,
    'The package index cannot be reached: check the network (and https_proxy), and run it again; what was installed is kept.',
  ],
  [
    /No matching distribution|Could not find a version/,
    'The package index has no build for this Python and machine: name another Python with --python, or leave it out with --only.',
  ],
]

/** Makes a virtual environment. */
export async function made({ python, version }: Python, directory: string): Promise<void> {
  tell(`A virtual environment of Python ${version} in ${directory}`)
  const ended = await ran(python, ['-m', 'venv', directory])
  if (ended.code !== 0) throw explained(`${python} -m venv`, ended, meanings)
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
    ended = await ran(python, [...pip, ...place, requirement(name)], { telling })
    if (ended.code === 0) return
  }
  throw explained(`pip install ${requirement(name)}`, ended, meanings)
}
