import { bearerParameters } from './challenge-header.ts'
import type { Deployment } from './deployment.ts'
import { jsonObject } from './json-object.ts'
import { legacyInitialize, postHeaders } from './mcp-messages.ts'
import type { Answer } from './reach.ts'
import { type Check, fail, ok, skip, type Verdict } from './verdict.ts'

/** What becomes of tokens that are not good, or come in another way than in their header. */
export const badTokenChecks: readonly Check[] = [
  {
    id: 'refused-token',
    host: 'challenge',
    title: 'a bad token is answered 401 invalid_token, whatever is wrong with it',
    run: refusedToken,
  },
  {
    id: 'query-token',
    host: 'challenge',
    title: 'a token in the query is not taken',
    async run({ challenge, reach, url }) {
      const plain = await challenge()
      if (plain.status !== 401)
        return skip('Without a token it is not answered 401.', 'See challenge-status.')
      const at = new URL(url)
      at.searchParams.set('access_token', forged)
      const answer = await reach.send({
        url: at.href,
        method: 'POST',
        headers: postHeaders,
        body: legacyInitialize,
      })
      if (answer.status === 401 && errorOf(answer) === errorOf(plain)) return ok
      return fail(
        `With ?access_token= it is answered with ${answer.status} ${errorOf(answer) ?? ''}, unlike without: it is read, and query strings are in every log.`,
        'Take out whatever turns it into an Authorization header.',
      )
    },
  },
]

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Of nobody, and not signed: nothing can come of it. */
const forged = `${part({ alg: 'ES256', typ: 'at+jwt', kid: 'doctor' })}.${part({ iss: 'https://doctor.invalid', sub: 'doctor', exp: 4_000_000_000, iat: 1_700_000_000, aud: 'doctor' })}.${'A'.repeat(86)}`

const badTokens = [
  forged,
  'not-a-token',
  `${part({ alg: 'none', typ: 'at+jwt', kid: 'doctor' })}.${part({ iss: 'https://doctor.invalid' })}.AA`,
]

async function refusedToken({ challenge, reach, url }: Deployment): Promise<Verdict> {
  const hasHeader = (await challenge()).header('www-authenticate') !== undefined
  const answers: Answer[] = []
  for (const token of badTokens) {
    const headers = { ...postHeaders, authorization: `Bearer ${token}` }
    answers.push(await reach.send({ url: url.href, method: 'POST', headers, body: legacyInitialize }))
  }
  const wrong = answers.find(({ status }) => status !== 401)
  if (wrong) {
    return fail(
      `A token of nobody is answered with ${wrong.status} and not with 401.`,
      wrong.status < 300
        ? 'Take the gateway off the network: whatever answers does not check tokens.'
        : 'Let the proxy pass the Authorization header and the 401.',
    )
  }
  if (new Set(answers.map(({ body }) => body)).size > 1) {
    return fail('The answers tell what is wrong with a token.', 'Update the gateway.')
  }
  const [first] = answers
  const challengeError = hasHeader
    ? bearerParameters(first?.header('www-authenticate') ?? '')?.get('error')
    : 'invalid_token'
  if (first && errorOf(first) === 'invalid_token' && challengeError === 'invalid_token') return ok
  return fail(
    'The 401 does not say invalid_token, so that hosts do not get another token.',
    'Let the proxy pass body and WWW-Authenticate of a 401.',
  )
}

const errorOf = ({ body }: Answer): string | undefined => {
  const error = jsonObject(body)?.error
  return typeof error === 'string' ? error : undefined
}
