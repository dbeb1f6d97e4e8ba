/** Kinds of inputs, by what is mutated in them. */
export const targets = ['http', 'rpc', 'jwt', 'resume', 'cursors', 'arguments', 'sockets'] as const
export type Target = (typeof targets)[number]

/** Ports that inputs are sent to. */
export type Door = 'gateway' | 'authorization' | 'metrics'

/** What is sent over one connection, and what may come of it. */
export interface Input {
  readonly door: Door
  /** What was done to it, for people. */
  readonly what: string
  /** Bytes (Latin-1), one part after the other with a pause between them. */
  readonly parts: readonly string[]
  /** Set where a server may go on to wait: the end of the request is not to be seen, or was never sent. */
  readonly unfinished?: boolean
  /** Set where anything but a refusal is a fault: whose token, session, cursor or account it is, is not the caller's. */
  readonly refused?: boolean
  /** Set where an operator asks, who may know of every tenant. */
  readonly byOperator?: boolean
  /** Set where the connection goes on as a WebSocket if it is taken. */
  readonly upgrades?: boolean
}

/** What inputs are made from: things of the gateway that runs, which another gateway would not know. */
export interface Material {
  readonly hosts: Readonly<Record<Door, string>>
  /** Address that an input says to come from, so that limits of one address do not end a run. */
  readonly source: string
  /** Good tokens of a person of acme who may do everything. */
  readonly token: string
  /** The same for its pieces, to be put together otherwise. */
  readonly pieces: TokenPieces
  /** A good token of an operator. */
  readonly operatorToken: string
  /** Sessions of that person, by the revision that they speak. */
  readonly sessions: readonly Session[]
  /** What belongs to a person of another tenant. */
  readonly foreign: {
    readonly session: string
    readonly cursors: readonly string[]
    readonly eventId: string
  }
  /** Cursors of that person, with the call that they go on with. */
  readonly cursors: readonly CursorOf[]
  /** Ids of events of a stream of the first session. */
  readonly eventIds: readonly string[]
  readonly tools: readonly ToolOf[]
  readonly resources: readonly string[]
  readonly prompts: readonly { readonly name: string; readonly arguments: readonly string[] }[]
}

export interface TokenPieces {
  readonly header: Json
  readonly claims: Json
  sign(header: string, payload: string): string
}

export interface Session {
  readonly id: string
  readonly revision: string
}

export interface CursorOf {
  readonly cursor: string
  /** Member of the arguments that takes it. */
  readonly member: string
  readonly tool: string
  readonly args: Json
}

export interface ToolOf {
  readonly name: string
  readonly schema: Json
}

/** Any JSON object. */
export interface Json {
  readonly [member: string]: unknown
}
