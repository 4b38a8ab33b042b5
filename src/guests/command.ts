import type { Arithmetic } from '../language/arithmetic.ts'
import type { Rule } from '../language/rule.ts'
import type { HyperValues } from '../subject/subject.ts'
import type { Command } from './channel.ts'
import type { NameMap } from './name-map.ts'
import { OwnNames } from './own-names.ts'
import { type GuestSubject, processSubject } from './process.ts'

export interface CommandOptions {
  /** Own names that stand for the rule's, where the guest has its own and they cannot be guessed. */
  map?: NameMap
  held?: HyperValues
  /** How the guest rounds; default: IEEE 754 as written. */
  arithmetic?: Arithmetic
  /** Finds a rule by its id; default: the built-in rules. */
  findRule?: (id: string) => Rule
}

/** A program in any language that speaks lockstep/1 on its standard input and output (docs/protocol.md). */
export function commandSubject(command: Command, options: CommandOptions = {}): GuestSubject {
  const { map, held, arithmetic, findRule } = options
  const guest = processSubject({
    name: command.title ?? command.command,
    ownName: true,
    start: command,
    completeHyper: true,
    ...(arithmetic && { arithmetic }),
    ...(findRule && { findRule }),
  })
  const named = new OwnNames(guest, {
    ...(findRule && { findRule }),
    ...(map && { map }),
    ...(held && { held }),
    ...(arithmetic && { about: () => ({ arithmetic }) }),
  })
  return eitherWay(guest, named)
}

/** Asked under its own names where it says that it has some, else under the rule's. */
function eitherWay(guest: GuestSubject, named: OwnNames): GuestSubject {
  const chosen = async (): Promise<GuestSubject> => {
    const { rules } = await guest.connect()
    return rules?.['*']?.names === 'own' ? named : guest
  }
  return {
    get name() {
      return guest.name
    },
    get version() {
      return guest.version ?? guest.name
    },
    get formats() {
      return guest.formats
    },
    get arithmetic() {
      return named.arithmetic
    },
    connect: () => guest.connect(),
    close: () => guest.close(),
    offers: async rule => (await chosen()).offers!(rule),
    open: async (setup, saved) => (await chosen()).open(setup, saved),
  }
}
