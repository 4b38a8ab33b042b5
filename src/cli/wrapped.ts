import type { Subject } from '../subject/subject.ts'

/** A subject with some of its methods replaced; everything else is asked of the original each time. */
export function wrapped(subject: Subject, methods: Partial<Subject>): Subject {
  return new Proxy(subject, {
    get(target, key) {
      if (Object.hasOwn(methods, key)) return methods[key as keyof Subject]
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A guest that fails before its first run offers everything; each check then says what went wrong. */
export function guarded(guest: Subject): Subject {
  return wrapped(guest, {
    offers: async rule => {
      try {
        return await guest.offers!(rule)
      } catch {
        return { hyper: [], state: [], features: [] }
      }
    },
  })
}

/** How long pure computation may go on before timers and signals get their turn, in milliseconds. */
const breath = 100

/** A subject that lets Ctrl-C and the progress bar in between its runs, however long a check computes. */
export function breathing(subject: Subject): Subject {
  let last = performance.now()
  return wrapped(subject, {
    open: async (setup, saved) => {
      if (performance.now() - last > breath) {
        await new Promise(resolve => setImmediate(resolve))
        last = performance.now()
      }
      return subject.open(setup, saved)
    },
  })
}
