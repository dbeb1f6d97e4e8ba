import { expect, test } from 'vitest'
import { startAwsStandIn } from './aws-stand-in.ts'
import { anyWay, localOnly, processesOf } from './testing/test-environment.ts'

// Making the virtual environment is part of the first run.
const slow = { timeout: 300_000 }

const s3 = (account: string, url: string, init: RequestInit = {}): Promise<Response> => {
  // moto takes the service from the signature's scope and the account from its own header; it checks neither.
  const authorization =
    'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x'
  return fetch(url, { ...init, headers: { authorization, 'x-moto-account-id': account } })
}

for (const [name, options] of [
  ['the AWS stand-in', anyWay],
  ['a local AWS stand-in', localOnly],
] as const) {
  test(`${name} keeps one account's objects from another`, slow, async () => {
    await using aws = await startAwsStandIn(options)
    const object = `${aws.url}/tenant-a-bucket/secret.txt`
    await s3('111111111111', `${aws.url}/tenant-a-bucket`, { method: 'PUT' })
    await s3('111111111111', object, { method: 'PUT', body: 'of tenant a' })
    expect(await (await s3('111111111111', object)).text()).toBe('of tenant a')

    for (const path of [
      '/tenant-a-bucket/secret.txt',
      '/tenant-a-bucket?list-type=2',
      '/tenant-a-bucket?policy',
    ]) {
      const answer = await s3('222222222222', aws.url + path)
      expect(answer.ok).toBe(false)
      expect(await answer.text()).toContain('<Code>AccessDenied</Code>')
    }
    const overwrite = await s3('222222222222', object, { method: 'PUT', body: 'of tenant b' })
    expect(overwrite.ok).toBe(false)
    expect(await (await s3('111111111111', object)).text()).toBe('of tenant a')
  })
}

test('functions need no Docker, also after a reset', slow, async () => {
  await using aws = await startAwsStandIn(anyWay)
  await fetch(`${aws.url}/moto-api/reset`, { method: 'POST' })
  const config = await (await fetch(`${aws.url}/moto-api/config`)).json()
  expect(config).toEqual({ lambda: { use_docker: false }, batch: { use_docker: false } })
})

test('stop() leaves no process, however often it is called', slow, async () => {
  const aws = await startAwsStandIn(localOnly)
  expect(processesOf(aws.url)).not.toEqual([])
  await Promise.all([aws.stop(), aws.stop()])
  expect(processesOf(aws.url)).toEqual([])
  await expect(fetch(aws.url)).rejects.toThrow()
})

test('a missing python3 is named, with how to get it', async () => {
  const env = { ...localOnly.env, PATH: '' }
  const start = startAwsStandIn({ ...localOnly, env, cacheDir: `${anyWay.cacheDir}/backends-test` })
  await expect(start).rejects.toThrow(/no python3 .* with venv and pip .*apt-get install python3-venv/)
})
