/** Height and width of an image. */
export const side = 32
export const channels = 3
/** Pixels of one channel of an image. */
export const plane = side * side
/** Bytes of an image. */
export const imageBytes = plane * channels
/** Bytes of a record: a label, then the red, green and blue planes, each row by row. */
export const recordBytes = 1 + imageBytes

/** Labelled images as the binary version of CIFAR-10 lays them out: `count` records of 3,073 bytes. */
export interface Images {
  readonly records: Uint8Array
  readonly labels: Uint8Array
  readonly count: number
}

/** A set of labelled images to train on and to test on. */
export interface DataSet {
  readonly name: 'CIFAR-10' | 'synthetic'
  readonly train: Images
  readonly test: Images
  readonly classes: readonly string[]
  /** SHA-256 of all records, training images first, as 64 hexadecimal digits. */
  readonly fingerprint: string
  /** What readers of the figures have to know of the data; reports repeat it. */
  readonly notice?: string
}

/** Images that cannot be used: which file, what is wrong with it, and what to do. */
export class DataError extends Error {
  override readonly name = 'DataError'
  readonly hint: string

  constructor(problem: string, hint: string, options?: ErrorOptions) {
    super(`${problem}\n  ${hint}`, options)
    this.hint = hint
  }
}

/** Labels by image: the first byte of each record. */
export function labelsOf(records: Uint8Array): Uint8Array {
  const labels = new Uint8Array(records.length / recordBytes)
  for (let i = 0; i < labels.length; i++) labels[i] = records[i * recordBytes]!
  return labels
}
