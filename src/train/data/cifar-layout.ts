/** The files of the binary version, and what is in them (www.cs.toronto.edu/~kriz/cifar.html). */
export const trainFiles = [1, 2, 3, 4, 5].map(k => `data_batch_${k}.bin`)
export const testFile = 'test_batch.bin'
export const filesOf: readonly string[] = [...trainFiles, testFile]
export const imagesInFile = 10_000

export const classNames = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const

/** The archive of its author; the MD5 is the one on his page. */
export const archive = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  folder: 'cifar-10-batches-bin',
} as const

/** Digests of the files as they were unpacked from the checked archive, in the form of the tool sha256sum. */
export const digestFile = 'lockstep.sha256'
