import { randomUUID } from 'node:crypto'
import type { AwsCall } from './aws-call.ts'
import { type Context, NotJudged } from './condition.ts'
import { evaluate } from './evaluate.ts'
import type { IamReader, IamRole } from './iam-reader.ts'
import { type Answer, errorAnswer } from './refusal.ts'
import { escaped } from './xml.ts'

/** Whether a request is one that moto does not answer: what the policies of a role say (IAM API, SimulatePrincipalPolicy). */
export const isSimulation = ({ service, operation }: AwsCall): boolean =>
  service === 'iam' && operation === 'SimulatePrincipalPolicy'

/** The answer by the role's policies and its permissions boundary; session policies are not in it, as they are not in AWS's. */
export const simulated = async (call: AwsCall, iam: IamReader): Promise<Answer> => {
  const id = randomUUID()
  const [arn = ''] = call.values('PolicySourceArn')
  const role = await iam.role(arn)
  if (!role)
    return errorAnswer(call, { status: 404, code: 'NoSuchEntity', message: `${arn} cannot be found.`, id })
  const resources = call.values('ResourceArns')
  const context = contextOf(call)
  const results = call
    .values('ActionNames')
    .flatMap((action) =>
      (resources.length > 0 ? resources : ['*']).map((resource) =>
        resultOf(role, { action, resource, context }),
      ),
    )
  const body = `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults></SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>`
  return { status: 200, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id }, body }
}

const contextOf = (call: AwsCall): Context => {
  const found = new Map<string, readonly string[]>()
  for (const [name, key] of call.form) {
    const entry = /^ContextEntries\.member\.(\d+)\.ContextKeyName$/.exec(name)?.[1]
    if (entry === undefined) continue
    const start = `ContextEntries.member.${entry}.ContextKeyValues.member.`
    const values = [...call.form].flatMap(([other, value]) => (other.startsWith(start) ? [value] : []))
    found.set(key.toLowerCase(), values)
  }
  return found
}

const resultOf = (
  role: IamRole,
  question: { readonly action: string; readonly resource: string; readonly context: Context },
): string => {
  const { decision, missing } = decided(role, question)
  const keys = missing.map((key) => `<member>${escaped(key)}</member>`).join('')
  return `<member><EvalActionName>${escaped(question.action)}</EvalActionName><EvalResourceName>${escaped(question.resource)}</EvalResourceName><EvalDecision>${decision}</EvalDecision><MatchedStatements/><MissingContextValues>${keys}</MissingContextValues></member>`
}

const decided = (role: IamRole, question: Parameters<typeof evaluate>[1]) => {
  try {
    const said = [role.identity, ...(role.boundary ? [role.boundary] : [])].map((each) =>
      evaluate(each, question),
    )
    if (said.includes('denied')) return { decision: 'explicitDeny', missing: [] }
    return { decision: said.includes('silent') ? 'implicitDeny' : 'allowed', missing: [] }
  } catch (thrown) {
    if (!(thrown instanceof NotJudged)) throw thrown
    const key = /^the condition key (\S+)$/.exec(thrown.message)?.[1]
    return { decision: 'implicitDeny', missing: key === undefined ? [] : [key] }
  }
}
