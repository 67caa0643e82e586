/** A file's permissions: the numbers that `stat` gives. */
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
  /** Hex. For a file that a plan has changed: the hash of its planned content. */
  readonly sha256: string
  readonly inode: string
  /** When the content last changed, in seconds since 1970 on the host's clock. */
  readonly modified: number
}

/** A directory, or a symbolic link to one. */
export interface DirectoryFact extends Ownership {
  readonly fact: 'file'
  readonly type: 'directory'
  readonly path: string
  readonly inode: string
}

/** A device, a socket, a pipe, or a symbolic link to anything but a directory. */
export interface OtherFact extends Ownership {
  readonly fact: 'file'
  readonly type: 'other'
  readonly path: string
  /** As `stat` says it, for example `symbolic link`. */
  readonly description: string
}

/** What is at a path. */
export type FileFact = AbsentFact | RegularFileFact | DirectoryFact | OtherFact

/** The entries of a directory by name, including dot files; regular files have their content. */
export interface FolderFact {
  readonly fact: 'folder'
  readonly path: string
  readonly entries: readonly FileFact[]
}

/** What a running process sees at a path, in its own mount namespace. */
export interface Sight {
  readonly path: string
  /** `device:inode`; undefined if the process sees nothing at that path, or a deleted file. */
  readonly inode: string | undefined
}

export interface ProcessFact {
  readonly pid: number
  /** The arguments as the kernel keeps them: `/proc/<pid>/cmdline`, split at its NUL bytes. */
  readonly argv: readonly string[]
  /**
   * Clock ticks since boot, from `/proc/<pid>/stat`, field 22. Together with the pid it identifies a process.
   */
  readonly startTicks: number
  /** Seconds since 1970, on the host's clock. */
  readonly started: number
  readonly sees: readonly Sight[]
}

/** The processes with one program name, and what they see (see {@link Sight}). */
export interface ProcessesFact {
  readonly fact: 'processes'
  readonly name: string
  readonly processes: readonly ProcessFact[]
}

/** What the engine asks every host in its first exchange. */
export interface IdentityFact {
  readonly fact: 'identity'
  /** The user id that planewright's shell on the host runs as. */
  readonly uid: number
  /** Seconds since 1970, on the host's clock. */
  readonly now: number
}

export type Fact = FileFact | FolderFact | ProcessesFact | IdentityFact
