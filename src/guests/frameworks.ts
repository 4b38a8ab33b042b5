/** The frameworks that Lockstep knows, at the versions that its recordings and findings were made with. */
export const pinned: Readonly<Record<string, string>> = {
  torch: '2.15.0',
  numpy: '2.4.6',
  keras: '3.15.1',
  tensorflow: '2.21.0',
  jax: '0.10.2',
  optax: '0.2.8',
  safetensors: '0.8.0',
}

const distribution = (name: string): string => (name === 'tensorflow' ? 'tensorflow-cpu' : name)
/** A framework at its version, as pip takes it. */
export const requirement = (name: string): string => `${distribution(name)}==${pinned[name]}`

/** The oldest Python that all of them run on (Requires-Python of their metadata), and about what they take, in bytes. */
export const oldestPython = [3, 11] as const
export const roomNeeded = 8e9

/** What a framework is installed with: together with what it does not run without. */
const together: Readonly<Record<string, readonly string[]>> = {
  torch: ['torch', 'numpy'],
  numpy: ['numpy'],
  keras: ['keras', 'tensorflow'],
  tensorflow: ['tensorflow'],
  jax: ['jax'],
  optax: ['optax', 'jax'],
  safetensors: ['safetensors', 'numpy'],
}

/** The command of pip that gets each framework. */
export const installs: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(together).map(([name, all]) => [name, `pip install ${all.map(requirement).join(' ')}`]),
)
