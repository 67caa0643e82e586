/** Who may do what with a file: the numbers that `stat` gives. */
export interface Ownership {
  /** Permission bits, for example `0o755`. */
  readonly mode: number
  /** Numeric user id. */
  readonly owner: number
  /** Numeric group id. */
  readonly group: number
}

/** Nothing is at this path. */
export interface AbsentFact {
  readonly fact: 'file'
  readonly type: 'absent'
  readonly path: string
}

/** A regular file with all of its bytes. */
export interface RegularFileFact extends Ownership {
  readonly fact: 'file'
  readonly type: 'regular'
  readonly path: string
  readonly content: Buffer
  /** Hex. Of a file that a plan has changed, the hash of what it will be. */
  readonly sha256: string
  readonly inode: string
  /** Seconds since 1970 of the last change of the content, on the host's clock. */
  readonly modified: number
}

/** A directory, or a symbolic link to one. */
export interface DirectoryFact extends Ownership {
  readonly fact: 'file'
  readonly type: 'directory'
  readonly path: string
  readonly inode: string
}

/** A symbolic link to something that is no directory, a device, a socket, a pipe. */
export interface OtherFact extends Ownership {
  readonly fact: 'file'
  readonly type: 'other'
  readonly path: string
  /** As `stat` says it, for example `symbolic link`. */
  readonly description: string
}

/** What is at a path. */
export type FileFact = AbsentFact | RegularFileFact | DirectoryFact | OtherFact

/** The entries of a directory by name, dot files among them; the regular ones with their content. */
export interface FolderFact {
  readonly fact: 'folder'
  readonly path: string
  readonly entries: readonly FileFact[]
}

/** How a running process sees a path: through its own mount namespace. */
export interface Sight {
  readonly path: string
  /** `device:inode`; undefined where the process sees nothing at that path, or a deleted file. */
  readonly inode: string | undefined
}

export interface ProcessFact {
  readonly pid: number
  /** The arguments as the kernel keeps them: `/proc/<pid>/cmdline`, split at its NUL bytes. */
  readonly argv: readonly string[]
  /** Clock ticks since boot: with the pid, the identity of a process. `/proc/<pid>/stat`, field 22. */
  readonly startTicks: number
  /** Seconds since 1970, on the host's clock. */
  readonly started: number
  readonly sees: readonly Sight[]
}

/** The processes of one program name, and where they look (see {@link Sight}). */
export interface ProcessesFact {
  readonly fact: 'processes'
  readonly name: string
  readonly processes: readonly ProcessFact[]
}

/** What the engine asks of every host in its first exchange. */
export interface IdentityFact {
  readonly fact: 'identity'
  /** The user id that our shell runs as. */
  readonly uid: number
  /** Seconds since 1970, on the host's clock. */
  readonly now: number
}

export type Fact = FileFact | FolderFact | ProcessesFact | IdentityFact
