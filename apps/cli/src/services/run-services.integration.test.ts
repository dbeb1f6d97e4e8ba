import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, startAwsStandIn } from '@gateway/backends'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { runServices } from './run-services.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')

test('fills the given stand-in, then signs people in until it is stopped', async () => {
  await using aws = await startAwsStandIn({
    cacheDir: join(root, '.cache'),
    mayInstall: true,
    env: process.env,
  })
  const [port, strictPort] = [await freePort(), await freePort()]
  const sso = `http://127.0.0.1:${port}`
  const secrets = mkdtempSync(join(tmpdir(), 'services-'))
  const fileOf = (name: string) => join(secrets, name)
  const stop = new AbortController()
  const lines: string[] = []
  const { promise: listening, resolve } = Promise.withResolvers<void>()
  const running = runServices(
    {
      AWS_ENDPOINT_URL: aws.url,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      SANDBOX_SSO_URL: sso,
      TENANTS_FILE: join(root, 'deploy', 'local', 'tenants.yaml'),
      PORT: String(port),
      STRICT_AWS_PORT: String(strictPort),
      AUTHORIZATION_URL: 'http://127.0.0.1:3003',
      STATE_KEY_FILE: fileOf('state-key'),
      SSO_SECRET_ACME_FILE: fileOf('sso-secret-acme'),
      SSO_SECRET_GLOBEX_FILE: fileOf('sso-secret-globex'),
      KEYCLOAK_PASSWORD_FILE: fileOf('keycloak-password'),
    },
    stop.signal,
    (line) => {
      lines.push(line)
      if (line.startsWith('Sign-in')) resolve()
    },
  )
  await Promise.race([listening, running])
  expect(lines).toEqual([
    expect.stringMatching(/^AWS data: \d+ requests$/),
    `AWS behind a judge: port ${strictPort}`,
    expect.stringContaining(sso),
  ])
  const strict = `http://127.0.0.1:${strictPort}`
  const authorization = 'AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/sts/aws4_request'
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    RoleArn: 'arn:aws:iam::222222222222:role/mcp-gateway-read',
    RoleSessionName: 'somebody',
  })
  const refused = await fetch(strict, { method: 'POST', headers: { authorization }, body })
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('AccessDenied')])
  const operator = await fetch(`${sso}/operators/token`, {
    method: 'POST',
    headers: { accept: 'text/plain' },
    body: new URLSearchParams({ user: 'operator' }),
  })
  const operatorKeys = createRemoteJWKSet(new URL(`${sso}/operators/jwks.json`))
  await jwtVerify(await operator.text(), operatorKeys, { audience: 'http://127.0.0.1:3000/admin' })
  const answer = await fetch(`${sso}/globex/token`, {
    method: 'POST',
    headers: { accept: 'text/plain' },
    body: new URLSearchParams({ user: 'reader' }),
  })
  const keys = createRemoteJWKSet(new URL(`${sso}/globex/jwks.json`))
  const { payload } = await jwtVerify(await answer.text(), keys, { audience: 'http://127.0.0.1:3000/mcp' })
  expect(payload.sub).toBe('globex-reader')
  const made = ['state-key', 'sso-secret-acme', 'sso-secret-globex', 'keycloak-password'].map((name) =>
    readFileSync(fileOf(name), 'utf8').trim(),
  )
  expect(new Set(made.map((secret) => Buffer.from(secret, 'base64').length))).toEqual(new Set([32]))
  expect(new Set(made).size).toBe(4)
  // The secret in the file is that of the client: with it a wrong code is wrong, without it so is the client.
  const exchange = async (secret: string | undefined) => {
    const answer = await fetch(`${sso}/acme/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: 'none',
        code_verifier: 'v'.repeat(43),
        redirect_uri: 'http://127.0.0.1:3003/sso/callback/acme',
        client_id: 'aws-mcp-gateway',
        client_secret: secret ?? '',
      }),
    })
    return ((await answer.json()) as { error: string }).error
  }
  expect([await exchange(made[1]), await exchange(made[2])]).toEqual(['invalid_grant', 'invalid_client'])
  stop.abort()
  await running
  await expect(fetch(`${sso}/livez`)).rejects.toThrow()
  await expect(fetch(strict)).rejects.toThrow()
})

test('with an authorization server, the files of the client secrets must be named', async () => {
  const running = runServices(
    {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      PUBLIC_URL: 'http://127.0.0.1:3000',
      SANDBOX_SSO_URL: 'http://127.0.0.1:3001',
      TENANTS_FILE: join(root, 'deploy', 'local', 'tenants.yaml'),
      AUTHORIZATION_URL: 'http://127.0.0.1:3003',
      SSO_SECRET_ACME_FILE: join(tmpdir(), 'never-made'),
    },
    AbortSignal.abort(),
    () => {},
  )
  await expect(running).rejects.toThrow(
    'SSO_SECRET_GLOBEX_FILE: must name the file for the client secret of globex',
  )
})

test('names every setting that is missing or wrong', async () => {
  const wrong = { AWS_ENDPOINT_URL: 'aws:5000', PORT: '70000', STRICT_AWS_PORT: 'x' }
  const faulty = runServices(wrong, AbortSignal.abort(), () => {})
  for (const name of [
    'AWS_ENDPOINT_URL',
    'PUBLIC_URL',
    'SANDBOX_SSO_URL',
    'TENANTS_FILE',
    'PORT',
    'STRICT_AWS_PORT',
  ]) {
    await expect(faulty).rejects.toThrow(`${name}: `)
  }
})
