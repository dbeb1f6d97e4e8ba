import { z } from 'zod'
import { TenantFailure } from './tenant-failure.ts'

/** Refusals of the admin API. */
const refusal = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    issues: z.array(z.string()).optional(),
  }),
  requestId: z.string().optional(),
})

interface Refused {
  readonly response: Response
  readonly text: string
  readonly baseUrl: string
  readonly ofSandbox: boolean
}

/** What an answer that is not a good one means, and what to do about it. */
export const refusalOf = ({ response, text, baseUrl, ofSandbox }: Refused): TenantFailure => {
  const { status, headers } = response
  const answer = refusal.safeParse(parsed(text)).data
  if (!answer) return strange(status, headers, baseUrl)
  const { error, requestId } = answer
  const { code, message, issues = [] } = error
  const advice = adviceOf(status, { code, ofSandbox, baseUrl, retryAfter: headers.get('retry-after') })
  const request = status >= 500 && requestId !== undefined ? ` (request ${requestId})` : ''
  return new TenantFailure([`${message}${request}`, ...advice].join(' '), { issues })
}

interface Facts {
  readonly code: string
  readonly ofSandbox: boolean
  readonly baseUrl: string
  readonly retryAfter: string | null
}

const adviceOf = (status: number, { code, ofSandbox, baseUrl, retryAfter }: Facts): string[] => {
  switch (status) {
    case 401:
      return [
        ofSandbox
          ? 'The token of the sandbox is over or of an earlier start: restart it (npm start).'
          : `Get a new access token from the issuer of the operators, with the audience ${baseUrl.replace(/\/v1$/, '')}; it is good for an hour at most.`,
      ]
    case 403:
      return ['Your token is good, but you are no operator here: ask for the group of ADMIN_GROUP.']
    case 412:
      return ['Somebody else has changed the tenant meanwhile. Look at it again, then repeat your change.']
    case 421:
      return ['Name the gateway by its public URL.']
    case 429:
      return [retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? `Try again in ${retryAfter} s.` : '']
    case 503:
      return ['Try again in a moment.']
    default:
      return code === 'internal' ? ['Look at the log of the gateway.'] : []
  }
}

/** An answer that no admin API gives. */
const strange = (status: number, headers: Headers, baseUrl: string): TenantFailure => {
  const kind = headers.get('content-type')?.split(';')[0]?.trim() ?? 'no type'
  const what = `HTTP ${status}, ${kind.slice(0, 100)}`
  if (status >= 300 && status < 400) {
    return new TenantFailure(
      `${baseUrl} answers with a redirect (${what}), which is not followed: the token would go elsewhere. Name the URL that it leads to.`,
    )
  }
  const hint =
    status === 404
      ? 'Is it the URL of a gateway, and does the gateway serve the admin API (ADMIN_ISSUER)?'
      : status >= 500
        ? 'Try again; if it stays, look at what is in front of the gateway.'
        : 'Is it the URL of a gateway, without a sign-in page in front of it?'
  return new TenantFailure(`${baseUrl} does not answer as the admin API does (${what}). ${hint}`)
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
