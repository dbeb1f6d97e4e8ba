/** A running server on loopback that belongs to whoever started it. */
export interface Backend extends AsyncDisposable {
  readonly url: string
  /** For people, e.g. `container redis:7-alpine` or `local redis-server`. */
  readonly how: string
  stop(): Promise<void>
}

/** How a backend may be started. */
export interface BackendOptions {
  /** Absolute folder, made when missing, for what is installed only once. */
  readonly cacheDir: string
  /** Where programs and the Docker engine are looked for; testcontainers itself reads the real environment. */
  readonly env: NodeJS.ProcessEnv
  /** Gets one line whenever something slow or surprising happens. */
  readonly say?: (line: string) => void
  /** Allows installing Debian packages as root; never needed for what goes into `cacheDir`. */
  readonly mayInstall?: boolean
  /** Keeps the server's output here; without it nobody gets to read it unless the start fails. */
  readonly logFile?: string
  /** A free loopback port is chosen when this is left out. */
  readonly port?: number
}

/** The options with everything filled in that has a default. */
export interface Setup extends BackendOptions {
  readonly say: (line: string) => void
  readonly mayInstall: boolean
}

/** A local program that serves a backend. */
export interface Program {
  readonly how: string
  readonly command: string
  args(port: number): string[]
}

/** What starting a backend has to know about it. */
export interface BackendKind {
  readonly image: string
  readonly containerPort: number
  /** What the container runs; absent means what its image says. */
  readonly entrypoint?: readonly string[]
  /** Set for the container and for the local process alike, so that both behave the same. */
  readonly environment: Record<string, string>
  url(host: string, port: number): string
  /** Throws as long as the server cannot be used. */
  ready(url: string): Promise<void>
  /** Finds or installs the program, or throws an error that says what to install. */
  findProgram(setup: Setup): Promise<Program>
}
