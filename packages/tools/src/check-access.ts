import { decide, defineTool, GatewayError, policyRules, roleForClass } from '@gateway/domain'
import { z } from 'zod'
import { operationName, serviceName } from './api/call-input.ts'
import { askedAccess } from './asked-access.ts'

/** What the gateway would say to a call, before anybody makes it; asks AWS nothing. */
export const checkAccess = defineTool({
  name: 'aws_check_access',
  title: 'Check access',
  description:
    'Tells whether you may call an operation of AWS or use an IAM action, rule by rule and account by account, and whether a person would be asked. AWS is not asked, so its own policies may still refuse.',
  access: 'read',
  iamActions: [],
  idempotent: true,
  input: z.strictObject({
    service: serviceName.optional(),
    operation: operationName.optional(),
    action: z
      .string()
      .regex(/^[a-z0-9-]{1,40}:[A-Z][A-Za-z0-9]{1,99}$/, 'must be an IAM action such as s3:GetObject')
      .optional()
      .describe('instead of service and operation'),
    resource: z.string().min(1).max(2_048).optional().describe('ARN, with action; only whose it is'),
  }),
  output: z.object({
    allowed: z.boolean(),
    class: z.string().describe('write where the gateway does not know the action'),
    known: z.boolean(),
    iamActions: z.array(z.string()),
    rules: z.array(
      z.object({
        rule: z.string(),
        verdict: z.enum(['allow', 'deny']),
        code: z.string().optional(),
        reason: z.string().optional(),
      }),
    ),
    accounts: z.array(
      z.object({
        account: z.string(),
        role: z.string(),
        allowed: z.boolean(),
        reasons: z.string().optional(),
      }),
    ),
    regions: z.array(z.string()),
    policy: z.string(),
    confirmation: z.enum(['asked', 'not asked']),
    costs: z.boolean().describe('whether AWS bills the request itself'),
  }),
  async run({ api, grant }, { service, operation, action, resource }) {
    const byOperation = service !== undefined && operation !== undefined
    const complete = byOperation ? action === undefined && resource === undefined : action !== undefined
    if (!complete || (!byOperation && (service !== undefined || operation !== undefined))) throw whatToGive()
    const { known, confirmed, costs, ...tool } = askedAccess(api, { service, operation, action })
    const decision = decide({ grant, tool })
    const denials = decision.effect === 'deny' ? decision.denials : []
    const refusing = denials.map(({ rule }) => rule)
    const { permissions } = grant.tenant
    const accounts = grant.accounts.map((account) => {
      const own = decide({ grant, tool, account })
      // What is so everywhere is said once, by its rule.
      const more = own.effect === 'deny' ? own.denials.filter(({ rule }) => !refusing.includes(rule)) : []
      return {
        account: account.account.alias,
        role: roleForClass[tool.access],
        allowed: own.effect === 'allow',
        ...(more.length > 0 && { reasons: more.map(({ reason }) => reason).join(' ') }),
      }
    })
    return {
      data: {
        allowed: accounts.some((each) => each.allowed),
        class: tool.access,
        known,
        iamActions: [...tool.iamActions],
        rules: policyRules.map((rule) => {
          const denial = denials.find((each) => each.rule === rule)
          return denial
            ? { rule, verdict: 'deny' as const, code: denial.code, reason: denial.reason }
            : { rule, verdict: 'allow' as const }
        }),
        accounts,
        regions: permissions.allowedRegions,
        policy: permissions.policy
          ? 'enforced by AWS as the session policy'
          : 'the tenant has none of its own',
        costs,
        confirmation: confirmed ? ('asked' as const) : ('not asked' as const),
      },
    }
  },
})

const whatToGive = (): GatewayError =>
  new GatewayError(
    'invalid_arguments',
    'Give a service and an operation; or an action, with or without a resource.',
  )
