import { findPython } from '../../../src/guests/find-python.ts'

const named = process.env.LOCKSTEP_PYTHON
const found = await findPython({ ...(named && { python: named }) }).catch(() => undefined)

/** A Python that has torch; specs that need it are skipped where there is none. */
export const python: string | undefined = found?.packages.torch ? found.python : undefined
