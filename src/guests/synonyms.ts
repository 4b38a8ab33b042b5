/** Other names of hyper-parameters, in the order in which they are looked for; compared in small letters and digits. */
const averages = ['rho', 'alpha', 'gamma', 'decay', 'decayrate', 'smoothing', 'discount', 'beta', 'beta2', 'b2']
const inertia = ['momentum', 'mu', 'gamma', 'beta', 'beta1', 'b1', 'rho', 'momentumfactor', 'friction', 'decay']

export const hyperSynonyms: Readonly<Record<string, readonly string[]>> = {
  lr: ['lr', 'learningrate', 'eta', 'stepsize', 'rate', 'lrate', 'alpha', 'gamma'],
  eps: ['eps', 'epsilon', 'e', 'delta', 'tiny', 'fuzz'],
  beta1: ['beta1', 'b1', 'rho1', 'decay1', 'mu', 'momentum'],
  beta2: ['beta2', 'b2', 'rho2', 'decay2', 'nu', 'rho'],
  alpha: averages,
  rho: averages,
  gamma: [...averages, ...inertia],
  momentum: inertia,
  weight_decay: ['weightdecay', 'wd', 'l2', 'lambda', 'lambd', 'lmbda', 'lam', 'l2penalty', 'l2reg'],
  lr_decay: ['lrdecay', 'learningratedecay'],
  dampening: ['dampening', 'damping', 'damp'],
  initial_accumulator_value: ['initialaccumulatorvalue', 'initialaccumulator', 'initaccumulator', 'initialvalue'],
  amsgrad: ['amsgrad', 'ams', 'useamsgrad'],
  centered: ['centered', 'centred', 'usecentered'],
  nesterov: ['nesterov', 'usenesterov', 'nag'],
  maximize: ['maximize', 'maximise', 'ascend', 'ascent'],
}

/** Other names of state variables, by what the variable is; compared in the same way. */
const roles: readonly (readonly string[])[] = [
  [
    'm',
    'expavg',
    'mu',
    'momentum',
    'momentumbuffer',
    'firstmoment',
    'moment1',
    'm1',
    'gradavg',
    'averagegradient',
    'mg',
  ],
  ['v', 'expavgsq', 'nu', 'velocity', 'secondmoment', 'moment2', 'm2', 'squareavg', 'rms', 'g', 's', 'sq', 'cache'],
  ['vmax', 'maxexpavgsq', 'numax', 'velocityhat', 'vhatmax', 'maxv', 'vhat'],
  ['b', 'v', 'm', 'velocity', 'momentum', 'momentumbuffer', 'buf', 'buffer', 'trace', 'accumulation'],
  ['g', 'sum', 'accumulator', 'sumofsquares', 'cache', 'accum', 'h', 'r', 'squareavg', 'gradsquared'],
  ['g', 'squareavg', 'accumulatedgrad', 'eg', 'egrad', 'accumgrad', 'v', 'eg2'],
  ['s', 'u', 'accdelta', 'accumulateddeltavar', 'ex', 'accumvar', 'edelta', 'delta', 'ex2', 'edx2'],
]

/** A name without its looks: `exp_avg`, `_exp_avg` and `ExpAvg` are the same. */
export const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Whether two names are one word, whatever they look like: `_v` is `v`, `ExpAvg` is `exp_avg`, but `G` is not `g`. */
export const isSameWord = (a: string, b: string): boolean =>
  bare(a) === bare(b) && (bare(a).length > 1 || a.includes(b) || b.includes(a))

/** Whether an own name may stand for a variable that goes by these names. */
export const isRole = (own: string, names: readonly string[]): boolean =>
  roles.some(role => role.includes(bare(own)) && names.some(name => role.includes(bare(name))))
