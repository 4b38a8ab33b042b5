import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nativePackages, packageIn } from '../train/engines/native/places.ts'
import { Missing } from './failures.ts'
import { tell } from './output.ts'
import { type Ended, explained, type Meanings, ran } from './setup-command.ts'
import { isStamped, stamp } from './setup-place.ts'

const wanted = Object.entries(nativePackages).map(([name, version]) => `${name}@${version}`)
const stampOf = wanted.join(' ')

const meanings: Meanings = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|CERT|network/,
    'The registry of npm cannot be reached: check the network, the proxy and `npm config get registry`, and run it again.',
  ],
  [/E404|ETARGET/, 'The registry of npm that is configured has not got it: see `npm config get registry`.'],
  [/E401|E403/, 'The registry of npm that is configured refuses: see `npm config get registry` and `npm login`.'],
]

/** Whether they are there and whole. */
export const hasPackages = (place: string): boolean =>
  isStamped(place, 'packages', stampOf) &&
  Object.keys(nativePackages).every(name => existsSync(join(packageIn(place, name), 'package.json')))

/**
 * Fetches tfjs-node with what it needs. Its install script, which would download a library, is not run; nor is any other.
 * What an interrupted npm left is thrown away: it takes half a package for a whole one.
 */
export async function fetchPackages(place: string): Promise<void> {
  if (hasPackages(place)) return
  tell(`[2/3] ${wanted[0]}, about 300 MB with what it needs`)
  stamp(place, 'packages')
  rmSync(join(place, 'node_modules'), { recursive: true, force: true })
  writeFileSync(join(place, 'package.json'), '{ "private": true }\n')
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel', 'error']
  const ended = await ran('npm', ['install', '--prefix', place, ...flags, ...wanted], { cwd: place }).catch(noNpm)
  if (ended.code !== 0) throw explained(`npm install ${stampOf}`, ended, meanings)
  stamp(place, 'packages', stampOf)
}

function noNpm(error: NodeJS.ErrnoException): Ended {
  throw new Missing(`npm does not run (${error.message}). It comes with Node.js, or from your package manager.`)
}
