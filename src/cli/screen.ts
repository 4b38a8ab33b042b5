import type { Terminal } from '../report/terminal-style.ts'
import { startedByNpx } from './started.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Columns of a log, where nobody says how wide it is. */
const logWidth = 120

const speaksUtf8 = (env: Environment, platform: string): boolean =>
  platform === 'win32'
    ? Boolean(env.WT_SESSION)
    : /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || (platform === 'darwin' ? 'utf-8' : ''))

/** What standard output can show: nothing but text where it is a pipe, ASCII where the locale is not UTF-8. */
export function screen(
  out: { isTTY?: boolean; columns?: number } = process.stdout,
  env: Environment = process.env,
  platform: string = process.platform,
  npx: boolean = startedByNpx(),
): Terminal {
  const dumb = env.TERM === 'dumb'
  const colours = env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : Boolean(out.isTTY) && !dumb
  const asked = Number(env.COLUMNS)
  const width = out.isTTY && out.columns ? out.columns : asked > 0 ? asked : logWidth
  return { width: Math.max(40, width), colours, unicode: !dumb && speaksUtf8(env, platform), npx }
}

/** What a file can show. */
export const fileScreen: Terminal = { width: logWidth, colours: false, unicode: true }
