import type { CursorBinding, CursorCodec } from './cursor.ts'
import { GatewayError } from './errors.ts'
import { faultOf } from './faults.ts'
import { foreignArns } from './foreign-arns.ts'
import type { Grant } from './grant.ts'
import { openPage, type PageStart } from './page-cursor.ts'
import { takeFields } from './select-fields.ts'
import { type Aim, isRead } from './target.ts'
import type { AnyTool } from './tool.ts'

/** The arguments of a call, checked: what its tool sees, and what the gateway does with the answer. */
export interface ParsedInput {
  readonly input: Record<string, unknown>
  /** What the cursor of the next page is bound to: all that decides which records there are, so not `fields`. */
  readonly binding: CursorBinding
  readonly page: PageStart
  readonly fields?: readonly string[]
}

/**
 * Checks the arguments against the tool's schema and opens its cursor; throws `invalid_arguments` with every
 * issue, or `unknown_cursor`.
 */
export const parseInput = (call: {
  tool: AnyTool
  aim: Aim
  grant: Grant
  cursors: CursorCodec
}): ParsedInput => {
  const { tool, aim, grant, cursors } = call
  const { rest, fields } = takeFields(tool, aim.rest)
  const parsed = tool.input.safeParse(rest)
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
  const { region, granted } = aim
  const { accountId } = granted.account
  const foreign = foreignArns(parsed.data, {
    accountId,
    region,
    reads: isRead(tool) && (tool.scopes ?? []).every(isRead),
  })
  if (foreign.length > 0) {
    const messages = {
      arn: `is the ARN of another account or partition than ${accountId}`,
      account: `names another account than ${accountId}; name what is in that one, or choose the account of the call`,
    }
    throw new GatewayError(
      'invalid_arguments',
      'A call reaches one account and nothing beyond it; nothing was sent to AWS.',
      {
        details: {
          issues: shortList(foreign.map(({ path, kind }) => ({ path: [path], message: messages[kind] }))),
        },
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
  const page = typeof cursor === 'string' ? openPage(cursors, cursor, binding) : firstPage
  if (cursorField !== undefined && page.token !== undefined) input[cursorField] = page.token
  return { input, binding, page, ...(fields && { fields }) }
}

const firstPage: PageStart = { token: undefined, skip: 0 }

/** Issues that a model can still read, whatever was sent: they repeat names that the caller chose. */
const shortList = (issues: readonly { path: readonly PropertyKey[]; message: string }[]): string[] => {
  const shown = issues.slice(0, 20).map((issue) => {
    const line = faultOf(issue).replaceAll(/\s+/g, ' ')
    return line.length <= 200 ? line : `${line.slice(0, 199)}…`
  })
  return issues.length > shown.length ? [...shown, `and ${issues.length - shown.length} more`] : shown
}
