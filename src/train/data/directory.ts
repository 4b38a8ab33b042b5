import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { archive, filesOf } from './cifar-layout.ts'
import { DataError } from './images.ts'

const download = 'Give the directory cifar-10-batches-bin of cifar-10-binary.tar.gz, or leave --data out.'

/** What a directory without the six files holds instead, by what is found in it, and what to do about it. */
const lookalikes: readonly { found: RegExp; is: string; hint(directory: string): string }[] = [
  {
    found: /^cifar-10-batches-bin$/,
    is: 'the directory above the one with the files',
    hint: directory => `Give ${join(directory, archive.folder)}.`,
  },
  {
    found: /^(data_batch_1|cifar-10-batches-py)$/,
    is: 'the Python version of CIFAR-10 (pickles)',
    hint: () => `Lockstep reads the binary version, ${archive.url}: unpack that one, or leave --data out.`,
  },
  {
    found: /\.mat$/,
    is: 'the Matlab version of CIFAR-10',
    hint: () => `Lockstep reads the binary version, ${archive.url}: unpack that one, or leave --data out.`,
  },
  {
    found: /^(train|test)\.bin$|cifar-?100/i,
    is: 'CIFAR-100',
    hint: () => `Lockstep trains on CIFAR-10, ${archive.url}: unpack that one, or leave --data out.`,
  },
  {
    found: /\.(tar\.gz|tgz|zip)$/,
    is: 'an archive that is not unpacked',
    hint: directory => `Unpack it (tar -xzf FILE -C ${directory}) and give the directory with the six files.`,
  },
  { found: /\.(png|jpe?g)$|^(train|test)$/i, is: 'single images', hint: () => download },
]

/** Refuses what is no directory with the six files, and says what it is instead. */
export async function checkDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch((cause: NodeJS.ErrnoException) => cause)
  if (found instanceof Error) {
    const problem = found.code === 'ENOENT' ? 'There is no directory' : `${found.code}: cannot read`
    throw new DataError(`${problem} ${directory}.`, download, { cause: found })
  }
  if (!found.isDirectory()) {
    throw new DataError(`${directory} is a file, expected the directory with the six files of CIFAR-10.`, download)
  }
  const names = await readdir(directory)
  const missing = filesOf.filter(file => !names.includes(file))
  if (missing.length === 0) return
  const like = missing.length === filesOf.length && lookalikes.find(({ found: look }) => names.some(n => look.test(n)))
  if (like) throw new DataError(`${directory} holds ${like.is}.`, like.hint(directory))
  throw new DataError(
    `${directory} has no ${missing.join(', ')}; expected the six files ${filesOf[0]} to ${filesOf.at(-1)}.`,
    download,
  )
}
