import type { Report } from '../subject/verdict.ts'
import { csv } from './csv.ts'
import { github, githubStream, type Stream } from './github.ts'
import { page } from './html/page.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { terminal } from './terminal.ts'
import type { Terminal } from './terminal-style.ts'

/** One record in, one text out. */
export type Writer = (report: Report, terminal: Terminal) => string

/** Every way in which a report can be written; a new one is one row. */
export const writers: Readonly<Record<string, Writer>> = {
  terminal,
  json,
  junit,
  github,
  markdown,
  html: page,
  csv,
}

/** Those that can be written line by line, as results arrive; the others are documents, written whole. */
export const streams: Readonly<Record<string, () => Stream>> = { github: githubStream }

/** Those that can stand on one screen with others; the others must be alone in their file. */
export const companions: ReadonlySet<string> = new Set(['terminal', 'github'])

export type { Stream } from './github.ts'
export type { Terminal } from './terminal-style.ts'
