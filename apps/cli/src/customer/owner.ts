import { CustomerFailure } from './customer-failure.ts'

/** Sends one request of a query protocol as the owner of an account; gives the XML of the answer. */
export type Owner = (service: 'cloudformation' | 'iam', parameters: Record<string, string>) => Promise<string>

/** An error of the stand-in, by its code. */
export class StandInError extends CustomerFailure {
  override name = 'StandInError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const limitMs = 30_000
const versions = { cloudformation: '2010-05-15', iam: '2010-05-08' } as const

/** The owner of `account` on the stand-in at `endpoint`, which knows owners by a header that real AWS does not have. */
export const ownerOf =
  (endpoint: string, account: string): Owner =>
  async (service, parameters) => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'x-moto-account-id': account,
        authorization: `AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/${service}/aws4_request`,
      },
      body: new URLSearchParams({ Version: versions[service], ...parameters }),
      signal: AbortSignal.timeout(limitMs),
    }).catch(() => {
      throw new CustomerFailure(`nothing answers at ${endpoint}; does the sandbox run?`)
    })
    const xml = await answer.text()
    if (answer.ok) return xml
    const code = textsIn(xml, 'Code')[0] ?? `HTTP ${answer.status}`
    throw new StandInError(
      code,
      `the stand-in refused ${parameters.Action}: ${textsIn(xml, 'Message')[0] ?? code}`,
    )
  }

/** Texts of the elements `tag` of an answer, none of which holds a character that XML escapes. */
export const textsIn = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, text = '']) => text)
