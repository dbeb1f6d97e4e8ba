import { NodeHttpHandler } from '@smithy/node-http-handler'
import { describe, expect, test } from 'vitest'
import { createClients } from '../clients.ts'
import { gatewayCredentials } from '../gateway-credentials.ts'
import { loadService, servicePrefixes } from '../service-modules.ts'
import { sessionOf } from '../session.ts'
import { gatewayKeys } from '../testing/access-to.ts'
import { schemaOf } from './json-schema.ts'
import { operationSchema } from './operation-schema.ts'
import { prepareInput } from './prepare.ts'
import { sampleInput } from './testing/sample-input.ts'

/** Remembers where requests would go, and sends none. */
class NoTransport extends NodeHttpHandler {
  readonly places: { readonly host: string; readonly path: string }[] = []
  override handle(...[request]: Parameters<NodeHttpHandler['handle']>): never {
    this.places.push({
      host: `${request.protocol}//${request.hostname}:${request.port ?? 443}`,
      path: request.path,
    })
    throw new Error('not sent')
  }
}

// What the SDK, or an endpoint rule of a service, might take for an address.
const hostile = [
  'https://evil.example/111122223333/queue',
  'evil.example/#',
  'arn:aws:dynamodb:eu-west-1:111122223333:table/evil.example',
  '..',
]
const hostileBuckets = ['arn:aws:s3::111122223333:accesspoint:evil.mrap', 'evil--use1-az4--x-s3']

describe.each(servicePrefixes())('whatever the input of %s', (service) => {
  test('requests go to AWS in the region, over TLS, and to no path above their own', {
    timeout: 60_000,
  }, async () => {
    const transport = new NoTransport()
    const clients = createClients({
      transport,
      userAgent: 'mcp-gw/1',
      gatewayCredentials: gatewayCredentials(gatewayKeys),
      maxClients: 1,
    })
    const module = await loadService(service)
    const keys = { accessKeyId: 'ASIAX', secretAccessKey: 'secret', sessionToken: 'token' }
    const client = clients.once(module, { session: sessionOf('role', keys, 0), region: 'eu-west-1' })
    for (const name of module.operations()) {
      const operation = operationSchema(module, name)
      for (const text of service === 's3' ? [...hostile, ...hostileBuckets] : hostile) {
        const { params } = sampleInput(schemaOf(operation), { optional: 'all', depth: 2, text })
        const prepared = prepareInput(operation, params)
        if (!('input' in prepared)) continue
        const command = module.command(name, prepared.input)
        await client.send(command, { abortSignal: AbortSignal.timeout(10_000) }).catch(() => undefined)
      }
    }
    const hosts = [...new Set(transport.places.map(({ host }) => host))]
    expect(hosts).not.toEqual([])
    // `api.aws` is the domain of newer endpoints; what a caller wrote is in none.
    const foreign = hosts.filter(
      (host) => !awsHost.test(host) || (host.includes('evil') && !oneLabel.test(host)),
    )
    expect(foreign).toEqual([])
    const climbing = transport.places.filter(({ path }) => path.split('/').includes('..'))
    expect(climbing).toEqual([])
  })
})

const awsHost = /^https:\/\/([\w-]+\.)+(amazonaws\.com|api\.aws):443$/
/** The one member that AWS made to be a part of the host: RequestRoute of WriteGetObjectResponse. */
const oneLabel = /^https:\/\/[\w-]+\.s3-object-lambda\.eu-west-1\.amazonaws\.com:443$/
