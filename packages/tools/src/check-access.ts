import { defineTool, GatewayError, roleForClass, type ToolContext, usdText } from '@gateway/domain'
import { z } from 'zod'
import { outlookIn } from './access/account-outlook.ts'
import { awsView, awsViewOutput, simulation } from './access/aws-view.ts'
import { type ExpectedCost, expectedCost } from './access/expected-cost.ts'
import { ruleRows } from './access/rule-rows.ts'
import { confirmationOutput, whoConfirms } from './access/who-confirms.ts'
import { asCalled } from './api/as-called.ts'
import { operationName, operationParams, serviceName } from './api/call-input.ts'
import { type KnownTags, knownTags, tagReads } from './api/known-tags.ts'
import { resourceIdsIn } from './api/resource-ids.ts'
import { type AskedAccess, askedAccess } from './asked-access.ts'
import { readsFor } from './cost-guard/cost-guard.ts'

const verdict = z.enum(['allow', 'confirm', 'deny'])

/** What the gateway would say to a call, before anybody makes it; AWS says what it thinks only where that is asked for. */
export const checkAccess = defineTool({
  name: 'aws_check_access',
  title: 'Check access',
  description: 'Tells if you may call AWS, by rule and account, who would confirm it, and its cost.',
  access: 'read',
  iamActions: [],
  scopes: [{ access: 'read', iamActions: [simulation] }],
  idempotent: true,
  input: z.strictObject({
    service: serviceName.optional(),
    operation: operationName.optional(),
    params: operationParams.optional(),
    action: z
      .string()
      .regex(/^[a-z0-9-]{1,40}:[A-Z][A-Za-z0-9]{1,99}$/, 'must be an IAM action such as s3:GetObject')
      .optional(),
    resource: z.string().min(1).max(2_048).optional().describe('ARN, with action'),
    tool: z.string().max(64).optional(),
    simulate: z.boolean().optional().describe('ask AWS too'),
  }),
  output: z.object({
    verdict: verdict.describe('the best of all accounts'),
    class: z.string().describe('write where the gateway does not know the action'),
    known: z.boolean(),
    tool: z.string().describe('that would make the call'),
    iamActions: z.array(z.string()),
    rules: z.array(
      z.object({ rule: z.string(), verdict, code: z.string().optional(), reason: z.string().optional() }),
    ),
    accounts: z.array(
      z.object({
        account: z.string(),
        region: z.string(),
        role: z.string(),
        verdict,
        reasons: z.string().optional(),
      }),
    ),
    missing: z.array(z.string()).describe('what policies depend on and the gateway does not know'),
    regions: z.array(z.string()),
    confirmation: confirmationOutput.optional(),
    cost: z.object({
      estimate: z.string(),
      basis: z.string().optional(),
      limits: z.array(z.string()).optional(),
      budgetLeft: z.string().optional(),
      note: z.string().optional(),
    }),
    billed: z.boolean().describe('whether AWS bills the request itself'),
    aws: awsViewOutput.optional(),
  }),
  scopeOf({ simulate = false, service = '', operation = '', params }, api, tenant) {
    if (!simulate) return { access: 'read', iamActions: [] }
    const found = api.find(service, operation)
    const isAllowed = tenant?.permissions.allowedServices.includes(service)
    const ofTags = found && isAllowed ? tagReads(asCalled(found, params), tenant) : []
    return {
      access: 'read',
      iamActions: [...new Set([simulation, ...readsFor(service, operation, everyLimit), ...ofTags])],
    }
  },
  async run(context, input) {
    if (!isWhole(input)) throw whatToGive()
    const { api, grant, account, outlook } = context
    const asked = await askedAccess(api, input)
    const { access, known, iamActions, billed, name } = asked
    const { tool = name } = input
    const mayAsk = input.simulate === true
    const [stops, cost, tags] = await Promise.all([
      outlook.stops(),
      expectedCost(context, { asked, mayAsk }),
      mayAsk ? tagsFor(context, asked) : undefined,
    ])
    const of = { asked, tool, cost: cost.facts, stops }
    const seen = await Promise.all(
      grant.accounts.map((granted) =>
        outlookIn(context, granted, { ...of, ...(granted.account.alias === account.alias && { tags }) }),
      ),
    )
    const { common, own } = ruleRows(seen.map(({ decision }) => decision))
    const effects = seen.map(({ decision }) => decision.effect)
    const best = verdict.options.find((each) => effects.includes(each)) ?? 'deny'
    const aimed = seen.find(({ granted }) => granted.account.alias === account.alias)
    const shown =
      aimed?.decision.effect === best ? aimed : seen.find(({ decision }) => decision.effect === best)
    const confirmation = shown && whoConfirms(shown.decision, context)
    return {
      data: {
        verdict: best,
        class: access,
        known,
        tool,
        iamActions: [...iamActions],
        rules: common.map((row) => ({ ...row })),
        accounts: seen.map(({ granted, region, decision }, i) => {
          const more = (own[i] ?? []).flatMap(({ reason }) => reason ?? [])
          return {
            account: granted.account.alias,
            region,
            role: roleForClass[access],
            verdict: decision.effect,
            ...(more.length > 0 && { reasons: more.join(' ') }),
          }
        }),
        missing: [...new Set(seen.flatMap(({ missing }) => missing))],
        regions: grant.tenant.permissions.allowedRegions,
        ...(confirmation && { confirmation }),
        cost: costText(cost),
        billed,
        ...(input.simulate && aimed && { aws: await awsView(context, { asked, seen: aimed }) }),
      },
    }
  },
})

/** As the call itself would look them up; undefined where it is not known of what. */
const tagsFor = async (context: ToolContext, asked: AskedAccess): Promise<KnownTags | undefined> => {
  const { access, request, exact, resource, params } = asked
  const { service } = request
  const isAllowed = context.grant.tenant.permissions.allowedServices.includes(service)
  if (!exact || resource !== undefined || !isAllowed) return undefined
  return knownTags(context, { service, access }, resourceIdsIn(params))
}

/** What is read for limits is declared for all of them, whichever the tenant has. */
const everyLimit = {
  ec2: { instanceTypes: ['*'], maxRunning: 0, maxPerCall: 0 },
  s3: { maxBuckets: 0, maxStorageGb: 0 },
  lambda: { maxMemoryMb: 128, maxConcurrency: 0 },
}

const costText = ({ facts: { estimate, faults, leftMicroUsd }, note }: ExpectedCost) => ({
  estimate: estimate
    ? estimate.microUsd === 'unpriced'
      ? 'unpriced'
      : usdText(estimate.microUsd)
    : note === undefined
      ? 'nothing that the gateway charges'
      : 'not known',
  ...(estimate && { basis: estimate.basis }),
  ...(faults.length > 0 && { limits: [...faults] }),
  ...(leftMicroUsd !== undefined && { budgetLeft: usdText(leftMicroUsd) }),
  ...(note !== undefined && { note }),
})

/** An operation, perhaps with params; or an action, perhaps with a resource. */
const isWhole = (input: {
  readonly service?: string | undefined
  readonly operation?: string | undefined
  readonly params?: object | undefined
  readonly action?: string | undefined
  readonly resource?: string | undefined
}): boolean => {
  const { service, operation, params, action, resource } = input
  if (action !== undefined) return service === undefined && operation === undefined && params === undefined
  return service !== undefined && operation !== undefined && resource === undefined
}

const whatToGive = (): GatewayError =>
  new GatewayError(
    'invalid_arguments',
    'Give a service and an operation, with or without params; or an action, with or without a resource.',
  )
