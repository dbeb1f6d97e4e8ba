import { answers } from './admin-answers.ts'
import type { RunCommand } from './command-context.ts'
import { oneLine } from './printable.ts'
import type { TenantValues } from './tenant-arguments.ts'
import { wrongUse } from './tenant-failure.ts'
import { ask, pathOf } from './tenant-life-commands.ts'

/** Ends what one person, client, grant or token, or everybody at a tenant, was given before. */
export const revokeCommand: RunCommand<'revoke'> = async ({ tenant, values }, context) => {
  const body = revocationOf(values)
  const request = { method: 'POST', path: `${pathOf(tenant)}/revocations`, body } as const
  const answer = await ask(context, request, answers.revoked)
  const { revoked, effectiveWithinSeconds: seconds } = answer
  const [[kind = '', id] = []] = Object.entries(revoked)
  const what = id === true ? kind : `${kind} ${oneLine(String(id))}`
  context.print(answer, [
    `Revoked at ${tenant}: ${what}. Every replica refuses what was issued before within ${seconds} s.`,
    ...(hints.get(kind) ?? []),
  ])
  return 0
}

const hints: ReadonlyMap<string, readonly string[]> = new Map([
  ['user', ['The person may sign in again. If they must not, take them out of the identity provider first.']],
  ['client', ['People may sign in with it again.']],
  ['everybody', ['Everybody may sign in again. If they must not: aws-mcp tenant suspend']],
])

/** What is sent, which is about one thing. Throws `TenantFailure`. */
const revocationOf = (values: TenantValues<'revoke'>): Readonly<Record<string, string | true>> => {
  const { user, issuer, subject, client, grant, token, everybody } = values
  const named = [user, issuer ?? subject, client, grant, token, everybody || undefined]
  if (named.filter((each) => each !== undefined).length !== 1) {
    throw wrongUse(
      'Name one: --user, or --issuer with --subject, --client, --grant, --token (its id) or --everybody.',
    )
  }
  if ((issuer === undefined) !== (subject === undefined)) {
    throw wrongUse('A person is named by --issuer and --subject together, or by --user alone.')
  }
  // Whoever pastes the token itself has shown it to this machine already; it goes no further.
  if (token !== undefined && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) {
    throw wrongUse(
      '--token takes the id of a token (jti, or client.token_id in audit events), not the token.',
    )
  }
  return {
    ...(user !== undefined && { user }),
    ...(issuer !== undefined && { issuer }),
    ...(subject !== undefined && { subject }),
    ...(client !== undefined && { client }),
    ...(grant !== undefined && { grant }),
    ...(token !== undefined && { token }),
    ...(everybody && { everybody }),
  }
}
