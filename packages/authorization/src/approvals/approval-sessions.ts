import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { findAccount } from '../accounts.ts'
import type { AuthorizationContext } from '../context.ts'
import { randomSecret } from '../sign-in/pending.ts'

/** Seconds for which a sign-in opens the pages of approvals. */
const sessionSeconds = 600

const session = z.object({
  tenantId: z.string(),
  accountId: z.string(),
  issuer: z.string(),
  subject: z.string(),
  /** Seconds since the epoch. */
  at: z.number(),
})
type Session = z.infer<typeof session>

/** Somebody who has signed in to decide, and what of their company is in force. */
export interface SignedInPerson extends NonNullable<Awaited<ReturnType<typeof findAccount>>> {
  /** Secret of the session: names what belongs to it. */
  readonly session: string
  readonly accountId: string
  readonly issuer: string
  readonly subject: string
}

/** Sessions of the pages of approvals: each of one browser, one tenant and one account, on any replica. */
export const createApprovalSessions = ({
  issuer,
  store,
  directory,
  revocations,
  now,
}: Pick<AuthorizationContext, 'issuer' | 'store' | 'directory' | 'revocations' | 'now'>) => {
  const secure = new URL(issuer).protocol === 'https:'
  const name = secure ? '__Host-approvals' : 'approvals'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

  return {
    /** Begins one in the browser that has just signed in. */
    async begin(reply: FastifyReply, person: Omit<Session, 'at'>): Promise<void> {
      const secret = randomSecret()
      const value = JSON.stringify({ ...person, at: now() / 1000 } satisfies Session)
      await store.upsert(model, secret, value, { ttlSeconds: sessionSeconds })
      reply.header('set-cookie', `${name}=${secret}; Max-Age=${sessionSeconds}; ${attributes}`)
    },
    /** Has the browser forget it. */
    end: (reply: FastifyReply): FastifyReply =>
      reply.header('set-cookie', `${name}=; Max-Age=0; ${attributes}`),
    /**
     * Who uses this browser, if they have signed in to this tenant; `ended` where they have and it counts no more, as their
     * company has changed, or something of them was revoked since.
     */
    async find(request: FastifyRequest, tenantId: string): Promise<SignedInPerson | 'ended' | undefined> {
      const secret = cookieOf(request, name)
      const entry = secret === undefined ? undefined : await store.find(model, secret)
      if (secret === undefined || !entry) return undefined
      const { accountId, issuer, subject, at, ...of } = session.parse(JSON.parse(entry.value))
      if (of.tenantId !== tenantId || now() / 1000 - at > sessionSeconds) return undefined
      const found = await findAccount({ store, directory }, { tenantId, accountId })
      if (!found || found.connection.issuer !== issuer) return 'ended'
      const { denied, notBefore } = await revocations.read({
        tenantId,
        userId: accountId,
        clientId: noClient,
      })
      if (denied || at < notBefore) return 'ended'
      return { ...found, session: secret, accountId, issuer, subject }
    },
  }
}

const model = 'ApprovalSession'
/** No client has this id: it is no URL, no digest and of no tenant. */
const noClient = '(approvals)'

/** The one cookie of that name; two are nobody's. */
const cookieOf = (request: FastifyRequest, name: string): string | undefined => {
  const values = (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [own, value] = pair.trim().split('=')
    return own === name && value !== undefined && value.length <= 128 ? [value] : []
  })
  return values.length === 1 ? values[0] : undefined
}
