import type { CursorBinding, CursorCodec } from './cursor.ts'
import { GatewayError } from './errors.ts'
import { faultOf } from './faults.ts'
import type { Grant } from './grant.ts'
import type { Aim } from './target.ts'
import type { AnyTool } from './tool.ts'

/**
 * Checks the arguments against the tool's schema and opens its cursor; throws `invalid_arguments` with every
 * issue, or `unknown_cursor`. `binding` is what the cursor of the next page is bound to.
 */
export const parseInput = (call: {
  tool: AnyTool
  aim: Aim
  grant: Grant
  cursors: CursorCodec
}): { input: Record<string, unknown>; binding: CursorBinding } => {
  const { tool, aim, grant, cursors } = call
  const parsed = tool.input.safeParse(aim.rest)
  if (!parsed.success) {
    const issues = parsed.error.issues.map(faultOf)
    throw new GatewayError(
      'invalid_arguments',
      `The arguments of ${tool.name} are not right; nothing was sent to AWS.`,
      {
        details: { issues },
      },
    )
  }
  const { cursorField } = tool
  const input: Record<string, unknown> = { ...parsed.data }
  const cursor = cursorField === undefined ? undefined : input[cursorField]
  if (cursorField !== undefined) delete input[cursorField]
  const binding: CursorBinding = {
    tenantId: grant.tenant.id,
    principalId: grant.principal.id,
    tool: tool.name,
    account: aim.granted.account.accountId,
    region: aim.region,
    input: { ...input },
  }
  if (cursorField !== undefined && typeof cursor === 'string')
    input[cursorField] = cursors.open(cursor, binding)
  return { input, binding }
}
