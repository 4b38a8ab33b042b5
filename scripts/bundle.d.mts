/** Writes one bundle an entry, with shared chunks, and the Python drivers beside them. `entries` are files by name. */
export function bundle(outdir: string, entries: Readonly<Record<string, string>>): Promise<void>
