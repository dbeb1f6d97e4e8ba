import { answeringAws, type CannedAnswer } from './canned-aws.ts'

/** What a service of the query protocol answers: members of the result, or the code of a refusal. */
export type QueryAnswer = Readonly<Record<string, unknown>> | string

/** One request, as `Action name=value …`, and its answer. */
export type QueryExchange = readonly [request: string, answer: QueryAnswer]

/**
 * CloudFormation that expects exactly these requests in this order; disposing it throws if there were others or too few.
 * The id of the call is `TOKEN` in them. `seen` has what was asked.
 */
export const queryAws = async (...exchanges: readonly QueryExchange[]) => {
  const left = [...exchanges]
  const seen: string[] = []
  const aws = await answeringAws((request) => {
    const asked = askedBy(request)
    seen.push(asked)
    const [expected, answer = {}] = left[0] ?? []
    if (expected === undefined || sorted(expected) !== sorted(asked)) return undefined
    left.shift()
    return answerTo(asked.slice(0, `${asked} `.indexOf(' ')), answer)
  })
  return {
    url: aws.url,
    seen,
    async [Symbol.asyncDispose]() {
      const missing = left.map(([request]) => request)
      await aws[Symbol.asyncDispose]()
      if (missing.length > 0) throw new Error(`AWS was not asked:\n${missing.join('\n')}`)
    },
  }
}

const askedBy = (request: string): string => {
  const form = new URLSearchParams(request.slice(request.lastIndexOf(' ') + 1))
  const action = form.get('Action')
  const members = [...form].filter(([name]) => name !== 'Action' && name !== 'Version')
  return [action, ...members.map(([name, value]) => `${name}=${value}`)]
    .join(' ')
    .replaceAll(/\b[0-9a-f]{32}\b/g, 'TOKEN')
}

/** The same with its members in one order; which one the SDK sends does not matter. */
const sorted = (request: string): string => {
  const [action, ...members] = request.split(' ')
  return [action, ...members.sort()].join(' ')
}

const answerTo = (action: string, answer: QueryAnswer): CannedAnswer => {
  if (typeof answer !== 'string') {
    return {
      body: `<${action}Response><${action}Result>${xml(answer)}</${action}Result></${action}Response>`,
    }
  }
  const error = `<Error><Type>Sender</Type><Code>${answer}</Code><Message>no</Message></Error>`
  return { status: 400, body: `<ErrorResponse>${error}<RequestId>aws-request-1</RequestId></ErrorResponse>` }
}

const xml = (value: unknown): string => {
  if (Array.isArray(value)) return value.map((each) => `<member>${xml(each)}</member>`).join('')
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => `<${name}>${xml(each)}</${name}>`)
      .join('')
  }
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
