import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import { arithmetics } from '../rules/arithmetics.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Command } from './channel.ts'
import { GuestError } from './error.ts'
import { findPython, type PythonChoice } from './find-python.ts'
import { installs } from './frameworks.ts'
import type { NameMap } from './name-map.ts'
import { OwnNames } from './own-names.ts'
import { packagePath } from './package-path.ts'
import { type GuestSubject, processSubject } from './process.ts'
import type { Hello } from './protocol.ts'
import type { PythonFile } from './python-path.ts'

export interface PythonFileOptions extends PythonChoice {
  /** Own names that stand for the rule's, where they cannot be guessed. */
  map?: NameMap
  /** Hyper-parameters that are held at these values. */
  held?: HyperValues
  /** How it rounds; default: as what it is written with. */
  arithmetic?: Arithmetic
  /** Finds a rule by its id; default: the built-in rules. */
  findRule?: (id: string) => Rule
  timeout?: Command['timeout']
}

/** What each kind of optimizer is computed with, and whose dialect is meant by a family's name. */
const kinds: Readonly<Record<string, { arithmetic: Arithmetic; dialect?: string }>> = {
  torch: { arithmetic: arithmetics.pytorch, dialect: 'pytorch' },
  keras: { arithmetic: arithmetics.keras, dialect: 'keras' },
  optax: { arithmetic: arithmetics.jax, dialect: 'optax' },
  numpy: { arithmetic: arithmetics.numpy },
}

// The first step of a framework may compile.
const patience = { hello: 180_000, request: 60_000 }

/**
 * A user's optimizer in a Python file: a torch.optim.Optimizer subclass, a Keras optimizer class, an Optax factory, or a
 * class or function on NumPy arrays. It runs in a process of its own, under its own names, which are matched with the rule's.
 */
export function pythonFileSubject({ file, object }: PythonFile, options: PythonFileOptions = {}): GuestSubject {
  const { map, held, arithmetic, findRule, timeout = patience, ...choice } = options
  const guest = processSubject({
    name: object ?? basename(file, '.py'),
    ownName: true,
    start: async () => ({ ...(await commandOf(file, object, choice)), title: file, timeout }),
  })
  return new OwnNames(guest, {
    ...(findRule && { findRule }),
    ...(map && { map }),
    ...(held && { held }),
    about: hello => {
      const kind = kindOf(hello)
      return arithmetic ? { ...kind, arithmetic } : kind
    },
  })
}

const kindOf = ({ environment }: Hello) => kinds[String(environment.kind)] ?? kinds.numpy!

async function commandOf(file: string, object: string | undefined, choice: PythonChoice): Promise<Command> {
  const directory = packagePath(import.meta.url, './python', '../python')
  if (!directory)
    throw new GuestError('missing', 'The package lacks dist/python. Reinstall it, or run `npm run build`.')
  if (!existsSync(file)) throw new GuestError('missing', `There is no file ${resolve(file)}. Name a Python file.`)
  const needs = importsOf(readFileSync(file, 'utf8'))
  const { python, version, packages } = await findPython(choice, needs)
  const lacking = needs.find(name => packages[name] === undefined)
  if (lacking !== undefined) {
    throw new GuestError(
      'missing',
      `${file} imports ${lacking}, which ${python} (Python ${version}) does not have. Get it with \`${python} -m ${installs[lacking]}\` or \`lockstep setup frameworks\`, or name a Python that has it with --python.`,
    )
  }
  return {
    command: python,
    args: [join(directory, 'driver.py'), 'user', file, ...(object === undefined ? [] : [object])],
  }
}

/** The frameworks that a file imports, by the look of it, so that a Python is chosen that has them. */
export function importsOf(text: string): string[] {
  const found = [...text.matchAll(/^[ \t]*(?:import|from)[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*)/gm)]
  const names = found.flatMap(([, list]) => list!.split(',').map(name => name.trim().split('.')[0]!))
  return [...new Set(names)].filter(name => Object.hasOwn(installs, name))
}
