import { keras } from './keras.ts'
import { onnx } from './onnx.ts'
import { optax } from './optax.ts'
import { pytorch } from './pytorch.ts'
import type { Project, Row } from './row.ts'
import { tfjs } from './tfjs.ts'

/** The published tests by project. */
export const published: Readonly<Record<Project, readonly Row[]>> = { keras, tfjs, onnx, optax, pytorch }

export const projects = Object.keys(published) as readonly Project[]

/** A project's tests of the rules of one family. */
export const rowsOf = (project: Project, family: string): readonly Row[] =>
  published[project].filter(row => row.rule.split('/')[0] === family)
