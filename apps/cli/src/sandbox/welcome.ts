import { join, relative } from 'node:path'
import { cursorConfig, prettyJson, serverName, vsCodeConfig } from './client-configs.ts'
import { type SandboxPaths, sandboxPaths } from './paths.ts'
import type { Ready } from './ready-file.ts'

/** Everything that the text for a person is made of. */
export interface WelcomeFacts {
  readonly ready: Ready
  readonly tenants: readonly {
    readonly id: string
    readonly name: string
    readonly accounts: readonly { readonly alias: string; readonly accountId: string }[]
  }[]
  readonly ssoUrl: string
  /** What the SSO wants to see before it signs anybody in. */
  readonly secret?: string
  /** A tool whose call succeeds. */
  readonly tool: string
  readonly paths: SandboxPaths
  /** Makes a heading stand out, where the terminal can. */
  readonly heading: (text: string) => string
}

/** What a person sees when the sandbox is ready. Lines at the left edge are there to be copied. */
export const welcome = (facts: WelcomeFacts): string => {
  const { ready, tenants, heading, paths } = facts
  const { url } = ready
  const first = ready.tenants[0]
  const user = first?.users[0]
  const last = ready.tenants.at(-1)
  const another = last?.users.at(-1)
  const file = (path: string) => relative(paths.repository, path)
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: facts.tool, arguments: {} } }
  return `
${heading(`Ready: ${url}`)}

${tenants.map(tenantLine(facts)).join('\n')}

${heading('1. Connect an AI client: paste the URL, nothing more')}

${url}

  A browser opens: ${choices(facts)}

  Claude Code:

claude mcp add --transport http ${serverName} ${url}

  Cursor, ~/.cursor/mcp.json:

${prettyJson(cursorConfig(url))}

  VS Code, .vscode/mcp.json:

${prettyJson(vsCodeConfig(url))}

${heading(`2. Or without a browser: a token (${user?.id} of ${first?.id}, two hours) and a call`)}

export TOKEN=${user?.token}

curl -s ${url} \\
  -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/json' \\
  -H 'Accept: application/json, text/event-stream' \\
  -d '${JSON.stringify(body)}'

  Clients take it too (Cursor and VS Code: ${file(paths.cursor)}, ${file(paths.vsCode)}):

claude mcp add --transport http ${serverName} ${url} --header "Authorization: Bearer $TOKEN"

${heading(`3. Another token, here of ${another?.id} of ${last?.id}`)}

export TOKEN=$(curl -s ${facts.ssoUrl}/${last?.id}/token -H 'Accept: text/plain' -d user=${another?.id}${facts.secret === undefined ? '' : ` -d secret=${facts.secret}`})
${ready.operator && ready.aws.endpoint ? newcomer(facts) : ''}
  All tokens    ${file(paths.ready)}
  Audit         ${file(paths.audit)}
  Gateway log   ${file(paths.gatewayLog)}
${ready.operator ? `  Operator      ${file(paths.operatorToken)}, a token that is renewed; ${ready.operator.adminUrl}\n` : ''}  Stop          Ctrl-C
`
}

/** How another company comes in, without a restart: what its operator does, and what its administrator. */
const newcomer = ({ ssoUrl, heading, paths }: WelcomeFacts): string => {
  const sso = `${ssoUrl}/initech`
  const { folder, repository } = paths
  const template = relative(repository, join(folder, 'initech.json'))
  // The commands look for the sandbox where it is by default.
  const elsewhere = folder === sandboxPaths(repository).folder ? '' : `export SANDBOX_DIR='${folder}'\n`
  return `
${heading('4. Let in another company: as operator of the gateway, and once as administrator of its AWS account')}

${elsewhere}npm run -s tenant -- create initech --name Initech --issuer ${sso} --jwks-uri ${sso}/jwks.json \\
  --algorithms ES256 --direct-tokens --client sandbox --services sts,ec2,s3 --regions eu-west-1
npm run -s tenant -- add-account initech main --account 333333333333 --region eu-west-1
npm run -s tenant -- template initech main --out ${template}
npm run -s customer -- apply ${template} --account 333333333333
npm run -s tenant -- verify initech main

export TOKEN=$(curl -s ${sso}/token -H 'Accept: text/plain' -d user=reader)    # and then the call of 2.
`
}

/** What a person does in the browser, where no one has a password. */
const choices = ({ ready, secret }: WelcomeFacts): string => {
  const [first, ...others] = ready.tenants
  const who = `${first?.users[0]?.id}@${first?.id}.example`
  const company = others.length > 0 ? `choose the company by e-mail (${who}), ` : ''
  return `agree, ${company}pick a person.${secret === undefined ? '' : ` The secret is ${secret}`}`
}

const tenantLine =
  ({ tenants, ready }: WelcomeFacts) =>
  ({ id, name, accounts }: WelcomeFacts['tenants'][number]): string => {
    const width = (values: readonly string[]) => Math.max(...values.map((value) => value.length))
    const users = ready.tenants.find((tenant) => tenant.id === id)?.users.map((user) => user.id) ?? []
    const where = accounts.map(({ alias, accountId }) => `${alias} ${accountId}`).join(', ')
    const columns = [
      id.padEnd(width(tenants.map((tenant) => tenant.id))),
      name.padEnd(width(tenants.map((tenant) => tenant.name))),
      `users ${users.join(', ')}`,
      where,
    ]
    return `  ${columns.join('   ')}`
  }
