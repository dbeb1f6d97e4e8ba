import type { SignIn } from './sign-in.ts'
import { send, type WireAnswer } from './wire.ts'

/** Somebody who operates the gateway, at one replica of it. */
export interface Operator {
  ask(method: string, path: string, request?: OperatorRequest): Promise<OperatorAnswer>
}

export interface OperatorRequest {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface OperatorAnswer extends WireAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: of any route
  readonly json: any
}

/** Claims of an operator's token. */
export const operating = { client_id: 'aws-mcp', scope: 'openid', groups: ['gateway-operators'] }

/** An operator with a fresh token; `host` is the name under which clients know the gateway. */
export const operatorAt = (
  origin: string,
  operators: SignIn,
  { sub = 'olga', host = new URL(origin).host } = {},
): Operator => {
  const token = operators.token({ ...operating, sub })
  return {
    async ask(method, path, { body, headers = {} } = {}) {
      const answer = await send(origin, {
        method,
        path: `/admin/v1${path}`,
        headers: Object.entries({
          host,
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        }),
        // An empty one has a length, as `fetch` and `curl` send it.
        ...(method !== 'GET' && {
          body: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body),
        }),
      })
      const isJson = String(answer.headers['content-type']).startsWith('application/json')
      return { ...answer, json: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined }
    },
  }
}
