import { roleForClass, type ToolContext } from '@gateway/domain'
import { z } from 'zod'
import type { AskedAccess } from '../asked-access.ts'
import type { AccountOutlook } from './account-outlook.ts'

/** What AWS says of the role itself. */
export const awsViewOutput = z.object({
  account: z.string(),
  role: z.string(),
  results: z.array(
    z.object({
      action: z.string(),
      resource: z.string(),
      decision: z.string(),
      missing: z.array(z.string()).optional(),
    }),
  ),
  note: z.string(),
})

/** The one action of it. */
export const simulation = 'iam:SimulatePrincipalPolicy'

/** Asks IAM what the role that the call would run as may do (IAM API, SimulatePrincipalPolicy); one account, that of this call. */
export const awsView = async (
  context: ToolContext,
  { asked, seen }: { readonly asked: AskedAccess; readonly seen: AccountOutlook },
): Promise<z.infer<typeof awsViewOutput>> => {
  const account = seen.granted.account.alias
  const role = seen.granted.roles[roleForClass[asked.access]]
  const nothing = (why: string) => ({ account, role: 'none', results: [], note: why })
  if (role === undefined) return nothing('You have no role for this here, so there is nothing to ask about.')
  if (role === 'profile')
    return nothing('Your own credentials are no role of a tenant: ask AWS about them yourself.')
  const groups = groupsOf(asked, seen)
  const answers = await Promise.all(
    groups.slice(0, mostRequests).map(async ({ resource, actions }) => {
      const output = await context.aws('iam', 'SimulatePrincipalPolicy', {
        PolicySourceArn: role.roleArn,
        ActionNames: actions,
        ...(resource !== '*' && { ResourceArns: [resource] }),
        ContextEntries: [
          {
            ContextKeyName: 'aws:RequestedRegion',
            ContextKeyType: 'string',
            ContextKeyValues: [seen.region],
          },
        ],
      })
      return (output as SimulationOutput).EvaluationResults ?? []
    }),
  )
  return {
    account,
    role: role.roleArn,
    results: answers.flat().map((each) => ({
      action: each.EvalActionName ?? '',
      resource: each.EvalResourceName ?? '*',
      decision: each.EvalDecision ?? '',
      ...((each.MissingContextValues?.length ?? 0) > 0 && { missing: each.MissingContextValues ?? [] }),
    })),
    note: `${groups.length > mostRequests ? `Of ${groups.length} resources the first ${mostRequests} were asked about. ` : ''}${blindness}`,
  }
}

interface SimulationOutput {
  readonly EvaluationResults?: readonly {
    readonly EvalActionName?: string
    readonly EvalResourceName?: string
    readonly EvalDecision?: string
    readonly MissingContextValues?: string[]
  }[]
}

const mostRequests = 5

const blindness =
  'AWS judges the policies of the role and its boundary, perhaps an hour ago. It sees no session policy, no policy of most resources, no conditions of service control policies and nothing of what the gateway decides.'

/** Resources, each with the actions that AWS checks on it. */
const groupsOf = ({ iamActions }: AskedAccess, { requests }: AccountOutlook) => {
  const byResource = new Map<string, Set<string>>()
  const pairs = requests.length > 0 ? requests : iamActions.map((action) => ({ action, resource: undefined }))
  for (const { action, resource = '*' } of pairs)
    byResource.set(resource, (byResource.get(resource) ?? new Set()).add(action))
  return [...byResource].map(([resource, actions]) => ({ resource, actions: [...actions] }))
}
