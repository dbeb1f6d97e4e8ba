import type { Statement } from './policy-document.ts'

/** A session that AssumeRole has opened. */
export interface StrictSession {
  readonly accessKeyId: string
  readonly sessionToken: string
  readonly roleArn: string
  /** Of the role as it was: one that is made again under the same name is another. */
  readonly roleId: string
  readonly account: string
  readonly sessionName: string
  readonly sourceIdentity?: string
  readonly tags: ReadonlyMap<string, string>
  /** Statements of `Policy`; absent where none was sent. */
  readonly policy?: readonly Statement[]
  readonly policyArns: readonly string[]
  /** Milliseconds since 1970. */
  readonly endsAt: number
}

/** Which sessions are meant: those of which everything that is named here is true. */
export interface SessionFilter {
  readonly accessKeyId?: string
  readonly account?: string
  readonly roleArn?: string
}

/** Sessions by their keys. */
export interface StrictSessions {
  add(session: StrictSession): void
  of(accessKeyId: string): StrictSession | undefined
  /** Ends sessions before their time; gives how many. */
  expire(filter: SessionFilter): number
}

/** More than a run of tests opens; the oldest are forgotten, and their keys become unknown. */
const most = 20_000

/** Makes an empty one. */
export const createSessions = (): StrictSessions => {
  const sessions = new Map<string, StrictSession>()
  return {
    add(session) {
      sessions.set(session.accessKeyId, session)
      const [oldest] = sessions.keys()
      if (sessions.size > most && oldest !== undefined) sessions.delete(oldest)
    },
    of: (accessKeyId) => sessions.get(accessKeyId),
    expire(filter) {
      const meant = [...sessions.values()].filter((session) => isMeant(session, filter))
      for (const session of meant) sessions.set(session.accessKeyId, { ...session, endsAt: 0 })
      return meant.length
    },
  }
}

const isMeant = (session: StrictSession, { accessKeyId, account, roleArn }: SessionFilter): boolean =>
  (accessKeyId ?? session.accessKeyId) === session.accessKeyId &&
  (account ?? session.account) === session.account &&
  (roleArn ?? session.roleArn) === session.roleArn
