/** A running server on loopback that belongs to whoever started it. */
export type Backend = {
  url: string
  /** For people, e.g. `container redis:7-alpine` or `local redis-server`. */
  how: string
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** How a backend may be started. */
export type BackendOptions = {
  /** Absolute folder, made when missing, for what is installed only once. */
  cacheDir: string
  /** Gets one line whenever something slow or surprising happens. */
  say?: (line: string) => void
  /** Allows installing Debian packages as root; never needed for what goes into `cacheDir`. */
  mayInstall?: boolean
  /** Keeps the server's output here; without it nobody gets to read it unless the start fails. */
  logFile?: string
  /** A free loopback port is chosen when this is left out. */
  port?: number
  /** Where programs and the Docker engine are looked for; testcontainers itself reads the real environment. */
  env?: NodeJS.ProcessEnv
}

/** The options with everything filled in that has a default. */
export type Setup = BackendOptions & Required<Pick<BackendOptions, 'say' | 'mayInstall' | 'env'>>

/** A local program that serves a backend. */
export type Program = { how: string; command: string; args(port: number): string[] }

/** What starting a backend has to know about it. */
export type BackendKind = {
  image: string
  containerPort: number
  /** Set for the container and for the local process alike, so that both behave the same. */
  environment: Record<string, string>
  url(host: string, port: number): string
  /** Throws as long as the server cannot be used. */
  ready(url: string): Promise<void>
  /** Finds or installs the program, or throws an error that says what to install. */
  findProgram(setup: Setup): Promise<Program>
}
