/** A file and what it names: `my_opt.py:MyAdam`, or `my_opt.py` where it has one optimizer. */
export interface PythonFile {
  readonly file: string
  readonly object?: string
}

/** A subject's name as a Python file and a name in it; undefined where it is none. */
export function pythonFile(name: string): PythonFile | undefined {
  const [, file, object] = /^(.+\.py)(?::([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*))?$/u.exec(name) ?? []
  return file === undefined ? undefined : { file, ...(object !== undefined && { object }) }
}
