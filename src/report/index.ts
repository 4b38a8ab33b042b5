import type { Report } from '../subject/verdict.ts'
import { json } from './json.ts'
import { terminal } from './terminal.ts'
import type { Terminal } from './terminal-style.ts'

/** One record in, one text out. */
export type Writer = (report: Report, terminal: Terminal) => string

/** Every way in which a report can be written; a new one is one row. */
export const writers: Readonly<Record<string, Writer>> = { terminal, json }

export type { Terminal } from './terminal-style.ts'
