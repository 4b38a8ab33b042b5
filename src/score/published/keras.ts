import type { Arrays, Claim, Row } from './row.ts'

const version = '3.15.1'
const folder = `https://github.com/keras-team/keras/blob/v${version}/keras/src/optimizers`
const adamDefaults = { beta1: 0.9, beta2: 0.999, eps: 1e-7 }
const rmspropDefaults = { lr: 0.001, rho: 0.9, momentum: 0, eps: 1e-7 }

/** Where a test stands: file and line. */
type Place = readonly [file: string, line: number]

const row = (
  test: string,
  [file, line]: Place,
  rest: Omit<Row, 'project' | 'version' | 'test' | 'source' | 'format'>,
): Row => ({
  project: 'keras',
  version,
  test: `${file}: ${test}`,
  source: `${folder}/${file}#L${line}`,
  format: 'float32',
  ...rest,
})

/** One step from (1, 2, 3, 4) on the gradient (1, 6, 7, 2). */
const single = (rule: string, line: number, hyper: Row['hyper'], x: readonly number[]): Row =>
  row('test_single_step', [`${rule.split('/')[0]}_test.py`, line], {
    rule,
    hyper,
    x0: [[1, 2, 3, 4]],
    gradients: [[[1, 6, 7, 2]]],
    steps: 1,
    tolerance: { rtol: 1e-4, atol: 1e-4 },
    claims: [{ step: 1, x: [x] }],
  })

const tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
const everywhere = (value: number): number[] => new Array<number>(10).fill(value)
const goldenGradients: readonly Arrays[] = [[everywhere(0.01)], ...new Array<Arrays>(4).fill([tenths])]
const goldenClaims = (rows: Arrays): Claim[] => rows.map((x, k) => ({ step: k + 1, x: [x] }))

/** Five steps from ten ones: the gradient is 0.01 everywhere, then 0.1, 0.2, ... 1. */
const golden = (rule: string, line: number, hyper: Row['hyper'], rows: Arrays, idle: Row['idle'] = {}): Row =>
  row('test_correctness_with_golden', [`${rule.split('/')[0]}_test.py`, line], {
    rule,
    hyper,
    idle,
    x0: [everywhere(1)],
    gradients: goldenGradients,
    steps: 5,
    tolerance: { rtol: 5e-4, atol: 5e-4 },
    claims: goldenClaims(rows),
  })

/** Keras 3: three kinds of tests, a table each. What is tested of weight decay is no part of the rules but AdamW. */
export const keras: readonly Row[] = [
  single('sgd/keras', 21, { lr: 0.5, momentum: 0 }, [0.5, -1, -0.5, 3]),
  single('adagrad/keras', 21, { lr: 0.5, initial_accumulator_value: 0.1, eps: 1e-7 }, [0.5233, 1.5007, 2.5005, 3.5061]),
  single('rmsprop/keras', 20, { ...rmspropDefaults, lr: 0.5, centered: false }, [-0.5811, 0.4189, 1.4189, 2.4189]),
  single('adadelta/keras', 18, { lr: 0.5, rho: 0.95, eps: 1e-7 }, [0.9993, 1.9993, 2.9993, 3.9993]),
  single('adam/keras', 22, { ...adamDefaults, lr: 0.5 }, [0.5, 1.5, 2.5, 3.5]),
  single('adamw/keras', 24, { ...adamDefaults, lr: 0.5, weight_decay: 0.004 }, [0.498, 1.496, 2.494, 3.492]),
  golden(
    'sgd/keras',
    66,
    { lr: 0.01, momentum: 0 },
    [
      everywhere(0.9999),
      [0.9989, 0.9979, 0.9969, 0.9959, 0.9949, 0.9939, 0.9929, 0.9919, 0.9909, 0.9899],
      [0.9979, 0.9959, 0.9939, 0.9919, 0.9899, 0.9879, 0.9859, 0.9839, 0.9819, 0.9799],
      [0.9969, 0.9939, 0.9909, 0.9879, 0.9849, 0.9819, 0.9789, 0.9759, 0.9729, 0.9699],
      [0.9959, 0.9919, 0.9879, 0.9839, 0.9799, 0.9759, 0.9719, 0.9679, 0.9639, 0.9599],
    ],
    // Without momentum, Nesterov's is none.
    { nesterov: true },
  ),
  golden('adagrad/keras', 52, { lr: 0.2, initial_accumulator_value: 0.3, eps: 1e-6 }, [
    everywhere(0.9963),
    [0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209],
    [0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891],
    [0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579],
    [0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825],
  ]),
  golden(
    'rmsprop/keras',
    51,
    { ...rmspropDefaults, centered: true },
    [0.9967, 0.9933, 0.9908, 0.9885, 0.9864].map(everywhere),
  ),
  golden(
    'adadelta/keras',
    49,
    { lr: 1, rho: 0.8, eps: 1e-6 },
    [0.9978, 0.9947, 0.9915, 0.9882, 0.9849].map(everywhere),
  ),
  golden(
    'adam/keras',
    51,
    { ...adamDefaults, lr: 0.001 },
    [0.999, 0.9982, 0.9974, 0.9965, 0.9955].map(everywhere),
    // The average of squares only grows here, so that the largest is the last.
    { amsgrad: true },
  ),
  golden('adamw/keras', 63, { ...adamDefaults, lr: 1, weight_decay: 0.5, eps: 2 }, [
    everywhere(0.4998),
    [0.2486, 0.2475, 0.2463, 0.2451, 0.244, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382],
    [0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.11, 0.1075, 0.1051, 0.1027, 0.1003],
    [0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.033, 0.0294, 0.0258],
    [0.0263, 0.0215, 0.0167, 0.012, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159],
  ]),
  row('test_weight_decay', ['adamw_test.py', 33], {
    rule: 'adamw/keras',
    hyper: { ...adamDefaults, lr: 1, weight_decay: 0.004 },
    x0: [[2]],
    gradients: [[[0]], [[0]], [[0]]],
    steps: 3,
    renewed: true,
    // numpy.testing.assert_almost_equal with 6 decimals: 1.5e-6.
    tolerance: { rtol: 0, atol: 1.5e-6 },
    claims: [{ step: 3, x: [[1.9760959]] }],
  }),
]
