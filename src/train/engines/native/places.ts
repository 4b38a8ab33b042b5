import { join } from 'node:path'
import { projectPlace, userPlace } from '../../../machine/caches.ts'

/** The packages that are fetched, at the versions that were tried. */
export const nativePackages: Readonly<Record<string, string>> = {
  '@tensorflow/tfjs-node': '4.22.0',
  // The headers of Node-API, so that no headers of Node need be there.
  'node-api-headers': '1.9.0',
}

/** Where `lockstep setup tensorflow` puts what it makes: one a user, shared by all projects. */
export const nativeHome = (): string => userPlace('tensorflow')

/** A project's own, where it was made with `--dir .lockstep/tensorflow`. */
export const projectNative = (): string => projectPlace('tensorflow')

/** A package in a place that was set up. */
export const packageIn = (place: string, name: string): string => join(place, 'node_modules', ...name.split('/'))
