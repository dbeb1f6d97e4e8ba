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
    const issues = shortList(parsed.error.issues)
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
  if (cursor !== undefined && aim.regions !== undefined) {
    throw new GatewayError(
      'invalid_arguments',
      `${cursorField}: continues one region, so give that as region, without regions.`,
    )
  }
  if (cursorField !== undefined && typeof cursor === 'string')
    input[cursorField] = cursors.open(cursor, binding)
  return { input, binding }
}

/** Issues that a model can still read, whatever was sent: they repeat names that the caller chose. */
const shortList = (issues: readonly { path: readonly PropertyKey[]; message: string }[]): string[] => {
  const shown = issues.slice(0, 20).map((issue) => {
    const line = faultOf(issue).replaceAll(/\s+/g, ' ')
    return line.length <= 200 ? line : `${line.slice(0, 199)}…`
  })
  return issues.length > shown.length ? [...shown, `and ${issues.length - shown.length} more`] : shown
}
