import { describe, expect, test } from 'vitest'
import { createClients } from '../clients.ts'
import { gatewayCredentials } from '../gateway-credentials.ts'
import { loadService, type ServiceModule, servicePrefixes } from '../service-modules.ts'
import { sessionOf } from '../session.ts'
import { gatewayKeys } from '../testing/access-to.ts'
import { createTransport } from '../transport.ts'
import { schemaOf } from './json-schema.ts'
import { isEventStream, operationSchema } from './operation-schema.ts'
import { prepareInput } from './prepare.ts'
import { type RecordedRequest, recordingAws, sayingsOf, xmlFault } from './testing/recording-aws.ts'
import { random, sampleInput } from './testing/sample-input.ts'

const perService = 5

const keys = { accessKeyId: 'ASIARECORDED', secretAccessKey: 'secret', sessionToken: 'token' }

describe.each(servicePrefixes())('requests of %s', (service) => {
  test(`${perService} operations go out whole, each as its protocol wants it`, {
    timeout: 60_000,
  }, async () => {
    await using aws = await recordingAws()
    const module = await loadService(service)
    const transport = createTransport()
    const clients = createClients({
      transport,
      userAgent: 'mcp-gw/1',
      endpoint: aws.url,
      gatewayCredentials: gatewayCredentials(gatewayKeys),
      maxClients: 1,
    })
    const client = clients.once(module, { session: sessionOf('role', keys, 0), region: 'eu-west-1' })
    for (const name of chosen(module)) {
      const operation = operationSchema(module, name)
      const { params, leaves } = sampleInput(schemaOf(operation), {
        optional: 'some',
        seed: name.length,
        depth: 3,
      })
      const prepared = prepareInput(operation, params)
      if (!('input' in prepared)) throw new Error(`${name}: ${prepared.issues.join(' ')}`)
      const command = module.command(name, prepared.input)
      const refused = await client
        .send(command, { abortSignal: AbortSignal.timeout(10_000) })
        .catch((thrown) => thrown)
      const [request, ...more] = aws.take()
      if (!request) throw new Error(`${name} was not sent: ${refused}`)
      expect(more, name).toEqual([])
      const unsigned = withoutSignature.has(name)
      const scope = { region: 'eu-west-1', service: signingNames[service] ?? service }
      expect(request.scope, name).toEqual(unsigned ? undefined : scope)
      expect(request.headers['x-amz-security-token'], name).toBe(unsigned ? undefined : 'token')
      expectProtocol(module, name, request)
      const said = sayingsOf(request)
      const lost = leaves.filter((forms) => !forms.some((form) => said.includes(form)))
      expect(lost, `${name} ${JSON.stringify(params)} ${said}`).toEqual([])
    }
    transport.destroy()
  })
})

/** Where AWS signs for another name than the IAM prefix (endpoint rules of each client). */
const signingNames: Readonly<Record<string, string>> = {
  cloudwatch: 'monitoring',
  tag: 'tagging',
}

/** The callers of these have no credentials yet. */
const withoutSignature: ReadonlySet<string> = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'])

const chosen = (module: ServiceModule): readonly string[] => {
  const toss = random(module.service.length)
  return module
    .operations()
    .filter((name) => !isEventStream(operationSchema(module, name).output))
    .map((name) => [toss(), name] as const)
    .sort(([one], [other]) => one - other)
    .slice(0, perService)
    .map(([, name]) => name)
}

const expectProtocol = (module: ServiceModule, name: string, request: RecordedRequest): void => {
  const traits = module.schema(name)[3]
  const type = request.headers['content-type'] ?? ''
  const text = request.body.toString('utf8')
  if (type.startsWith('application/x-amz-json')) {
    expect(request.method, name).toBe('POST')
    expect(request.path, name).toBe('/')
    expect(request.headers['x-amz-target'], name).toMatch(new RegExp(`^\\w+\\.${name}$`))
    expect(() => JSON.parse(text), name).not.toThrow()
    return
  }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(text)
    expect([request.method, request.path, form.get('Action')], name).toEqual(['POST', '/', name])
    expect(form.get('Version'), name).toMatch(/^\d{4}-\d\d-\d\d$/)
    return
  }
  const { http } = traits as { readonly http: readonly [method: string, uri: string] }
  const [uriPath = '', uriQuery = ''] = http[1].split('?')
  // Without a trailing slash; the SDK puts the bucket before the path.
  const bucket = module.service === 's3' ? '(/[\\w.-]+)?' : ''
  const pattern = uriPath
    .replace(/[.$]/g, '\\$&')
    .replace(/\{\w+\+\}/g, '.+')
    .replace(/\{\w+\}/g, '[^/]+')
  expect(request.method, name).toBe(http[0])
  expect(request.path, name).toMatch(new RegExp(`^${bucket}${pattern.replace(/\/$/, '/?')}$`))
  for (const [key, value] of new URLSearchParams(uriQuery)) expect(request.query.get(key), name).toBe(value)
  if (type.includes('json')) expect(() => JSON.parse(text || '{}'), name).not.toThrow()
  if (text.startsWith('<')) expect(xmlFault(text), name).toBeUndefined()
}
