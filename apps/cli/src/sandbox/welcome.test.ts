import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sandboxPaths } from './paths.ts'
import { type WelcomeFacts, welcome } from './welcome.ts'

const users = ['reader', 'operator', 'admin'].map((id) => ({
  id,
  scopes: ['aws:read'],
  token: `${id}.jwt.token`,
}))

const facts: WelcomeFacts = {
  ready: {
    url: 'http://127.0.0.1:3000/mcp',
    authorization: { issuer: 'http://127.0.0.1:3002' },
    tenants: [
      { id: 'acme', users },
      { id: 'globex', users },
    ],
    operator: { token: 'operators.jwt.token', adminUrl: 'http://127.0.0.1:3000/admin/v1' },
    aws: { endpoint: 'http://127.0.0.1:5000' },
    pid: 4711,
  },
  tenants: [
    {
      id: 'acme',
      name: 'Acme Corporation',
      accounts: [
        { alias: 'prod', accountId: '111111111111' },
        { alias: 'dev', accountId: '111111111112' },
      ],
    },
    { id: 'globex', name: 'Globex Industries', accounts: [{ alias: 'main', accountId: '222222222222' }] },
  ],
  ssoUrl: 'http://127.0.0.1:3001',
  tool: 'aws_ec2_describe_instances',
  paths: sandboxPaths('/repository'),
  heading: (text) => text,
}

test('what a person sees when the sandbox is ready', () => {
  expect(welcome(facts)).toMatchInlineSnapshot(`
    "
    Ready: http://127.0.0.1:3000/mcp

      acme     Acme Corporation    users reader, operator, admin   prod 111111111111, dev 111111111112
      globex   Globex Industries   users reader, operator, admin   main 222222222222

    1. Connect an AI client: paste the URL, nothing more

    http://127.0.0.1:3000/mcp

      A browser opens: agree, choose the company by e-mail (reader@acme.example), pick a person.

      Claude Code:

    claude mcp add --transport http aws-sandbox http://127.0.0.1:3000/mcp

      Cursor, ~/.cursor/mcp.json:

    {
      "mcpServers": {
        "aws-sandbox": { "url": "http://127.0.0.1:3000/mcp" }
      }
    }

      VS Code, .vscode/mcp.json:

    {
      "servers": {
        "aws-sandbox": {
          "type": "http",
          "url": "http://127.0.0.1:3000/mcp"
        }
      }
    }

    2. Or without a browser: a token (reader of acme, two hours) and a call

    export TOKEN=reader.jwt.token

    curl -s http://127.0.0.1:3000/mcp \\
      -H "Authorization: Bearer $TOKEN" \\
      -H 'Content-Type: application/json' \\
      -H 'Accept: application/json, text/event-stream' \\
      -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"aws_ec2_describe_instances","arguments":{}}}'

      Clients take it too (Cursor and VS Code: .sandbox/cursor.json, .sandbox/vscode.json):

    claude mcp add --transport http aws-sandbox http://127.0.0.1:3000/mcp --header "Authorization: Bearer $TOKEN"

    3. Another token, here of admin of globex

    export TOKEN=$(curl -s http://127.0.0.1:3001/globex/token -H 'Accept: text/plain' -d user=admin)

    4. Let in another company: as operator of the gateway, and once as administrator of its AWS account

    npm run -s tenant -- create initech --name Initech --issuer http://127.0.0.1:3001/initech --jwks-uri http://127.0.0.1:3001/initech/jwks.json \\
      --algorithms ES256 --direct-tokens --client sandbox --services sts,ec2,s3 --regions eu-west-1
    npm run -s tenant -- add-account initech main --account 333333333333 --region eu-west-1
    npm run -s tenant -- template initech main --out .sandbox/initech.json
    npm run -s customer -- apply .sandbox/initech.json --account 333333333333
    npm run -s tenant -- verify initech main

    export TOKEN=$(curl -s http://127.0.0.1:3001/initech/token -H 'Accept: text/plain' -d user=reader)    # and then the call of 2.

      All tokens    .sandbox/ready.json
      Audit         .sandbox/audit.jsonl
      Gateway log   .sandbox/gateway.log
      Operator      .sandbox/operator.token, a token that is renewed; http://127.0.0.1:3000/admin/v1
      Stop          Ctrl-C
    "
  `)
})

test('the token is printed once', () => {
  expect(welcome(facts).split('reader.jwt.token')).toHaveLength(2)
})

test('the token of the operator is not printed, and without one nobody is let in', () => {
  expect(welcome(facts)).not.toContain('operators.jwt.token')
  const { operator, ...ready } = facts.ready
  for (const none of [
    { ...facts, ready },
    { ...facts, ready: { ...facts.ready, aws: { endpoint: null } } },
  ]) {
    expect(welcome(none)).not.toContain('npm run -s tenant')
  }
  expect(welcome({ ...facts, ready })).not.toContain('Operator')
})

test('where there is one company nobody is asked for it', () => {
  const alone = { ...facts, ready: { ...facts.ready, tenants: [{ id: 'me', users: users.slice(0, 1) }] } }
  expect(welcome(alone)).toContain('A browser opens: agree, pick a person.\n')
})

test('a secret of the SSO is part of the command that takes another token', () => {
  expect(welcome({ ...facts, secret: 'known-here-only' })).toContain(
    ' -d user=admin -d secret=known-here-only)\n',
  )
  expect(welcome({ ...facts, secret: 'known-here-only' })).toContain(
    'pick a person. The secret is known-here-only\n',
  )
})

test('the README shows the same', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'README.md'), 'utf8')
  const shown = /```text\n.*?\n(Ready: .*?)```/s.exec(readme)?.[1] ?? ''
  const token = /export TOKEN=(eyJ\S+)/.exec(shown)?.[1] ?? ''
  expect(token).not.toBe('')
  const tenants = facts.ready.tenants.map((tenant) => ({
    ...tenant,
    users: tenant.users.map((user) => ({ ...user, token })),
  }))
  expect(shown.trim()).toBe(welcome({ ...facts, ready: { ...facts.ready, tenants } }).trim())
})
