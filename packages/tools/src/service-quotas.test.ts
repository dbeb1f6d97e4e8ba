import { findResource, isInputNeeded } from '@gateway/domain'
import { expect, test } from 'vitest'
import { resources } from './index.ts'
import { serviceQuotas } from './service-quotas.ts'
import { reader } from './testing/grant.ts'

const uri = 'aws://prod/service-quotas/lambda'

/** Reads with AWS's answers by operation; `asked` are the inputs. */
const read = async (service: string, answers: Readonly<Record<string, object>>) => {
  const asked: unknown[] = []
  const [granted] = reader.accounts
  const context = {
    account: granted?.account,
    region: 'eu-west-1',
    async aws(prefix: string, operation: string, input: object) {
      asked.push([prefix, operation, input])
      return answers[operation] ?? {}
    },
  }
  const contents = await serviceQuotas.read(context as never, {
    uri,
    variables: { account: 'prod', service },
  })
  if (contents && isInputNeeded(contents)) throw new Error('it asked')
  return { contents, asked }
}

test('what applies, and the defaults of the rest', async () => {
  const { contents, asked } = await read('lambda', {
    ListServiceQuotas: {
      Quotas: [
        {
          QuotaCode: 'L-1',
          QuotaName: 'Concurrent executions',
          Value: 2_000,
          Unit: 'None',
          Adjustable: true,
        },
      ],
    },
    ListAWSDefaultServiceQuotas: {
      Quotas: [
        { QuotaCode: 'L-1', QuotaName: 'Concurrent executions', Value: 1_000 },
        {
          QuotaCode: 'L-2',
          QuotaName: 'Rate of GetFunction',
          Value: 100,
          GlobalQuota: true,
          Period: { PeriodValue: 1, PeriodUnit: 'SECOND' },
        },
      ],
    },
  })
  expect(contents?.[0]).toMatchObject({ uri, mimeType: 'application/json' })
  expect(JSON.parse(contents?.[0]?.text ?? '')).toMatchInlineSnapshot(`
    {
      "account": "prod",
      "quotas": [
        {
          "adjustable": true,
          "code": "L-1",
          "global": false,
          "name": "Concurrent executions",
          "source": "applied",
          "unit": "None",
          "value": 2000,
        },
        {
          "adjustable": false,
          "code": "L-2",
          "global": true,
          "name": "Rate of GetFunction",
          "perSeconds": 1,
          "source": "default",
          "unit": "None",
          "value": 100,
        },
      ],
      "region": "eu-west-1",
      "service": "lambda",
      "truncated": false,
    }
  `)
  expect(asked).toEqual([
    ['servicequotas', 'ListServiceQuotas', { ServiceCode: 'lambda', MaxResults: 100 }],
    ['servicequotas', 'ListAWSDefaultServiceQuotas', { ServiceCode: 'lambda', MaxResults: 100 }],
  ])
})

test.for(['', 'a b', '-x', 'é', 'x'.repeat(64), 'lambda;drop'])('there is no service %j', async (service) => {
  const { contents, asked } = await read(service, {})
  expect(contents).toBeUndefined()
  expect(asked).toEqual([])
})

test('account and service are completed from what the caller has', () => {
  const { account, service } = serviceQuotas.complete ?? {}
  expect(account?.(reader, 'd', {})).toEqual(['dev'])
  expect(account?.(reader, '', {})).toEqual(['prod', 'dev'])
  expect(service?.(reader, 'la', {})).toEqual(['lambda'])
  expect(service?.(reader, 'nothing', {})).toEqual([])
})

test.for([
  [uri, 'aws://{account}/service-quotas/{service}'],
  ['aws://prod/service-quotas/', undefined],
  ['aws://prod/service-quotas/a%2Fb', undefined],
  ['aws://prod/service-quotas/..', undefined],
  ['aws://account-info', 'aws://account-info'],
  ['aws://prod/account-info', 'aws://{account}/account-info'],
] as const)('%s is read by %s', ([asked, template]) => {
  expect(findResource(resources, asked)?.resource.uri).toBe(template)
})
