import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { OAuthStore } from '@gateway/domain'
import { z } from 'zod'

/** Seconds that a step of a sign-in may take. */
const stepSeconds = 600

const begun = z.object({
  /** What for: an interaction of an app, or an approval. */
  purpose: z.enum(['interaction', 'approval']).default('interaction'),
  /** Of the interaction, or id of the approval. */
  uid: z.string(),
  tenantId: z.string(),
  issuer: z.string(),
  pins: z.record(z.string(), z.string()),
  codeVerifier: z.string(),
  nonce: z.string(),
})
const outcome = z.union([
  z.object({ tenantId: z.string(), accountId: z.string() }),
  z.object({ error: z.string() }),
])

/** A sign-in that is under way at a company's SSO. */
export type BegunStep = z.infer<typeof begun>
/** How it ended. */
export type Outcome = z.infer<typeof outcome>

/** What stands between the steps of a sign-in, each value of single use, on whichever replica the next step is. */
export interface Pending {
  /** A new token for the forms of an interaction; earlier ones are void. */
  formToken(uid: string): Promise<string>
  /** True once for the newest token of the interaction. */
  takeFormToken(uid: string, token: string | null): Promise<boolean>
  /** Remembers that the person agreed, before they are sent anywhere. */
  agree(uid: string): Promise<void>
  hasAgreed(uid: string): Promise<boolean>
  begin(state: string, step: BegunStep): Promise<void>
  takeBegun(state: string): Promise<BegunStep | undefined>
  end(uid: string, result: Outcome): Promise<void>
  takeOutcome(uid: string): Promise<Outcome | undefined>
}

export const createPending = (store: OAuthStore): Pending => {
  const put = (model: string, id: string, value: unknown) =>
    store.upsert(model, id, JSON.stringify(value), { ttlSeconds: stepSeconds })
  const take = async <T>(model: string, id: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const text = await store.take(model, id)
    return text === undefined ? undefined : schema.parse(JSON.parse(text))
  }
  return {
    async formToken(uid) {
      const token = randomSecret()
      await put('FormToken', uid, token)
      return token
    },
    async takeFormToken(uid, token) {
      const kept = await take('FormToken', uid, z.string())
      return kept !== undefined && token !== null && sameSecret(kept, token)
    },
    agree: (uid) => put('Agreed', uid, true),
    hasAgreed: async (uid) => (await store.find('Agreed', uid)) !== undefined,
    begin: (state, step) => put('Upstream', state, step),
    takeBegun: (state) => take('Upstream', state, begun),
    end: (uid, result) => put('Outcome', uid, result),
    takeOutcome: (uid) => take('Outcome', uid, outcome),
  }
}

export const randomSecret = (): string => randomBytes(32).toString('base64url')

/** Compares in constant time for texts of one length, in bytes: of as many characters anybody may send more. */
export const sameSecret = (one: string, other: string): boolean => {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}
