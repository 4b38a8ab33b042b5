import type { Command } from 'commander'
import type { Finish } from './program.ts'
export function golden(_program: Command, _finish: Finish): void {}
