type Environment = Readonly<Record<string, string | undefined>>

const inProject = /[\\/]node_modules[\\/](?:\.bin[\\/]lockstep|lockstep[\\/])/

/** Whether Lockstep was started from a project's own packages, by npx or by a script: `lockstep` alone is then no command. */
export function startedByNpx(env: Environment = process.env, program: string | undefined = process.argv[1]): boolean {
  const asked = env.npm_lifecycle_event === 'npx' && /^"?lockstep\b/.test(env.npm_lifecycle_script ?? '')
  return asked || inProject.test(program ?? '')
}
