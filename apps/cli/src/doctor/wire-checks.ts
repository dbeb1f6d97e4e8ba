import type { Deployment } from './deployment.ts'
import { type JsonObject, jsonObject, textsIn } from './json-object.ts'
import { legacyInitialize, legacyMessage, modernRequest, postHeaders } from './mcp-messages.ts'
import { type Answer, NoAnswer } from './reach.ts'
import { type Check, fail, ok, skip, type Verdict, warn } from './verdict.ts'

type WithToken = (
  deployment: Deployment,
  authorization: { readonly authorization: string },
) => Promise<Verdict>

/** Runs where there is a token and it is safe to send it. */
const withToken =
  (judge: WithToken): Check['run'] =>
  async (deployment) => {
    const { token, reach, url, kind } = deployment
    if (token === undefined) {
      return skip(
        'There is no access token.',
        'Give one by --token-file or AWS_MCP_TOKEN: what a host got, for this URL.',
      )
    }
    const bare = url.protocol === 'http:' && (await kind()) !== 'loopback'
    if (bare || !reach.trusts(url.origin)) {
      return skip('The token is not sent over a connection that is not trusted.', 'See tls-certificate.')
    }
    return judge(deployment, { authorization: `Bearer ${token}` })
  }

/** What only those see who have a token. */
export const wireChecks: readonly Check[] = [
  {
    id: 'token-audience',
    host: 'wire',
    title: 'the token is for this resource, and still good',
    run: withToken(async ({ token = '', resource, now }) => {
      const claims = jsonObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
      if (!claims) return fail('It is no JWT.', 'Use the access token, and not a refresh token or a code.')
      const wanted = await resource()
      const { aud, exp } = claims
      if (aud !== wanted && textsIn(aud).join() !== wanted) {
        return fail(
          `Its aud is ${textsIn(aud).join(', ') || String(aud)}, and the resource is ${wanted}.`,
          'Get a token with resource= this resource; with a token of the company SSO see allowedAudiences of the tenant.',
        )
      }
      const seconds = Math.floor(Number(exp) - now() / 1000)
      return seconds > 0
        ? ok
        : fail(`It is over for ${-seconds} s.`, 'Get another; if it is new, set the clocks.')
    }),
  },
  {
    id: 'wire-legacy',
    host: 'wire',
    title: 'a host of 2024-11-05 to 2025-11-25 lists tools (initialize, then tools/list)',
    run: withToken((deployment, authorization) =>
      inSession(deployment, authorization, async (headers) => {
        const { reach, url } = deployment
        const body = legacyMessage('tools/list', 2)
        return listed(
          await reach.send({ url: url.href, method: 'POST', headers: { ...postHeaders, ...headers }, body }),
        )
      }),
    ),
  },
  {
    id: 'wire-modern',
    host: 'wire',
    title: 'a host of 2026-07-28 lists tools (server/discover, then tools/list)',
    run: withToken(async ({ reach, url }, authorization) => {
      for (const method of ['server/discover', 'tools/list']) {
        const { headers, body } = modernRequest(method)
        const answer = await reach.send({
          url: url.href,
          method: 'POST',
          headers: { ...headers, ...authorization },
          body,
        })
        if (method === 'tools/list') return listed(answer)
        if (!resultOf(answer)) return notAnswered(method, answer)
      }
      return ok
    }),
  },
  {
    id: 'stream',
    host: 'wire',
    title: 'an event stream begins at once, stays open and is neither buffered nor compressed',
    run: withToken((deployment, authorization) =>
      inSession(deployment, authorization, (headers) => streams(deployment, headers)),
    ),
  },
]

type SessionHeaders = Readonly<Record<string, string>>

/** Opens a session, does something in it and ends it. */
const inSession = async (
  { reach, url }: Deployment,
  authorization: { readonly authorization: string },
  act: (headers: SessionHeaders) => Promise<Verdict>,
): Promise<Verdict> => {
  const send = (headers: SessionHeaders, body: string) =>
    reach.send({ url: url.href, method: 'POST', headers: { ...postHeaders, ...headers }, body })
  const begun = await send(authorization, legacyInitialize)
  const result = resultOf(begun)
  if (!result) return notAnswered('initialize', begun)
  const session = begun.header('mcp-session-id')
  const headers = {
    ...authorization,
    'mcp-protocol-version': String(result.protocolVersion),
    ...(session !== undefined && { 'mcp-session-id': session }),
  }
  try {
    await send(headers, legacyMessage('notifications/initialized'))
    return await act(headers)
  } finally {
    if (session !== undefined) {
      await reach.send({ url: url.href, method: 'DELETE', headers }).catch(() => undefined)
    }
  }
}

const streams = async ({ reach, url, timing }: Deployment, headers: SessionHeaders): Promise<Verdict> => {
  const wanted = { ...headers, accept: 'text/event-stream', 'accept-encoding': 'gzip, br' }
  const proxy =
    'Switch buffering and compression of text/event-stream off at the proxy (nginx: proxy_buffering off), and let answers last.'
  try {
    const answer = await reach.send({ url: url.href, headers: wanted, holdMs: timing.hold })
    if (answer.status === 405) return skip('The gateway offers no stream to this client.', 'Nothing to do.')
    if (answer.status !== 200 || !/^text\/event-stream\b/.test(answer.header('content-type') ?? '')) {
      return fail(
        `It is answered with ${answer.status}, ${answer.header('content-type') ?? 'no type'}.`,
        proxy,
      )
    }
    const encoding = answer.header('content-encoding')
    if (encoding !== undefined && encoding !== 'identity')
      return fail(`It is compressed (${encoding}).`, proxy)
    if (answer.ended) return fail(`It was cut within ${timing.hold / 1000} s.`, proxy)
    return answer.firstByteMs === undefined
      ? fail(`Nothing of it came within ${timing.hold / 1000} s: it is buffered on the way.`, proxy)
      : ok
  } catch (thrown) {
    if (!(thrown instanceof NoAnswer) || thrown.code !== 'timeout') throw thrown
    return fail(`Nothing of it came within ${timing.timeout / 1000} s: it is buffered on the way.`, proxy)
  }
}

const listed = (answer: Answer): Verdict => {
  const tools = resultOf(answer)?.tools
  if (!Array.isArray(tools)) return notAnswered('tools/list', answer)
  return tools.length > 0
    ? ok
    : warn(
        'There are no tools for this token.',
        'Which scopes does it have, and which does the tenant allow? aws:read is needed.',
      )
}

/** The result of an answer that is JSON, or the last event of one that is a stream. */
const resultOf = ({ status, header, body }: Answer): JsonObject | undefined => {
  if (status !== 200) return undefined
  const text = /^text\/event-stream\b/.test(header('content-type') ?? '')
    ? (body
        .match(/^data:.*$/gm)
        ?.at(-1)
        ?.slice('data:'.length) ?? '')
    : body
  const result = jsonObject(text)?.result
  return typeof result === 'object' && result !== null ? (result as JsonObject) : undefined
}

const notAnswered = (method: string, { status, header, body }: Answer): Verdict => {
  if (status === 401) {
    return fail(
      `${method} is answered 401: the token is refused.`,
      'Get another; why, says the audit log of the gateway.',
    )
  }
  if (status === 403 || status === 429 || status === 503) {
    return fail(
      `${method} is answered with ${status}.`,
      'What is in the way, says the audit log of the gateway.',
    )
  }
  const said = jsonObject(body)?.error
  return fail(
    `${method} is answered with ${status}, ${header('content-type') ?? 'no type'}${said ? `: ${JSON.stringify(said).slice(0, 200)}` : ''}.`,
    'Let the proxy pass Mcp-* and MCP-Protocol-Version headers, both ways.',
  )
}
