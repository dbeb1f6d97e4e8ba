import type { z } from 'zod'
import { answerOf, answers, type SummaryAnswer, type ViewAnswer } from './admin-answers.ts'
import type { AdminRequest } from './admin-client.ts'
import type { CommandContext, RunCommand } from './command-context.ts'
import { TenantFailure, wrongUse } from './tenant-failure.ts'
import { newTenant, tenantChanges } from './tenant-input.ts'
import { listText, nextAfter, viewText } from './tenant-text.ts'

/** Tenants a page; the gateway gives no more than 100. */
const pageSize = 100

const list: RunCommand<'list'> = async ({ values }, context) => {
  const limit = values.limit === undefined ? undefined : limitOf(values.limit)
  const tenants: SummaryAnswer[] = []
  let after = values.after
  do {
    const query = { ...(after !== undefined && { after }), limit: String(limit ?? pageSize) }
    const page = await ask(context, { method: 'GET', path: '/tenants', query }, answers.page)
    tenants.push(...page.tenants)
    if (page.next !== undefined && after !== undefined && page.next <= after) {
      throw new TenantFailure('The gateway answers with pages that do not go on.')
    }
    after = page.next
  } while (after !== undefined && limit === undefined)
  const more = after === undefined ? [] : ['', `There are more: --after ${after}`]
  context.print({ tenants, ...(after !== undefined && { next: after }) }, [...listText(tenants), ...more])
  return 0
}

const limitOf = (text: string): number => {
  if (/^([1-9]\d?|100)$/.test(text)) return Number(text)
  throw wrongUse('--limit is 1 to 100.')
}

const show: RunCommand<'show'> = async ({ tenant }, context) =>
  printView(context, await currentTenant(tenant, context))

const create: RunCommand<'create'> = async ({ tenant, values }, context) => {
  const body = await newTenant(tenant, values, context.files)
  return printView(context, await ask(context, { method: 'POST', path: '/tenants', body }, answers.view))
}

const update: RunCommand<'update'> = async ({ tenant, values }, context) => {
  const current = await currentTenant(tenant, context)
  const body = await tenantChanges({ ...current.tenant, id: tenant }, values, context.files)
  const { version } = current
  const request = { method: 'PATCH', path: pathOf(tenant), body, version } as const
  return printView(context, await ask(context, request, answers.view))
}

const changeStatus =
  (change: 'suspend' | 'resume'): RunCommand<'suspend' | 'resume'> =>
  async ({ tenant }, context) =>
    printView(
      context,
      await ask(context, { method: 'POST', path: `${pathOf(tenant)}/${change}` }, answers.view),
    )

const offboard: RunCommand<'offboard'> = async ({ tenant, values }, context) => {
  const { confirm } = values
  if (confirm !== tenant) {
    throw wrongUse(
      `This removes the tenant for good, with its external ids, and its id is never given away again. If you mean it: aws-mcp tenant offboard ${tenant} --confirm ${tenant}`,
    )
  }
  await context.admin({ method: 'DELETE', path: pathOf(tenant), query: { confirm } })
  context.print({ offboarded: tenant }, [
    `Tenant ${tenant} is gone. The owners of its AWS accounts may delete the roles.`,
  ])
  return 0
}

/** Commands of whole tenants. */
export const tenantLifeCommands = {
  list,
  show,
  create,
  update,
  suspend: changeStatus('suspend'),
  resume: changeStatus('resume'),
  offboard,
}

/** The tenant as it is just now. */
export const currentTenant = (tenant: string, context: CommandContext): Promise<ViewAnswer> =>
  ask(context, { method: 'GET', path: pathOf(tenant) }, answers.view)

/** Sends a request and reads its answer. */
export const ask = async <T>(
  { admin }: CommandContext,
  request: AdminRequest,
  schema: z.ZodType<T>,
): Promise<T> => answerOf(await admin(request), schema)

export const printView = (context: CommandContext, view: ViewAnswer): number => {
  context.print(view, [...viewText(view), ...nextAfter(view)])
  return 0
}

/** Path of a tenant, whose id has nothing in it that a path would read otherwise. */
export const pathOf = (tenant: string): string => `/tenants/${tenant}`
