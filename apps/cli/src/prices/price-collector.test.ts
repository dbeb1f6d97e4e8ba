import { describe, expect, test } from 'vitest'
import {
  instance,
  type OfferProduct,
  offerDocument,
  offerText,
  volume,
  ware,
} from '../../test/support/offer-file.ts'
import { readOfferFile } from './offer-file.ts'
import { priceCollector } from './price-collector.ts'

const take = async (collector: ReturnType<typeof priceCollector>, text: string) => {
  const file = collector.file('offer.json')
  async function* all() {
    yield Buffer.from(text)
  }
  await readOfferFile('offer.json', all(), file.take)
  file.end()
}

/** What a file with these products says. */
const pricesOf = async (offer: string, products: readonly OfferProduct[], regions?: readonly string[]) => {
  const collector = priceCollector(regions && new Set(regions))
  await take(collector, offerText(offer, products))
  return collector.read()
}

const known = instance('eu-west-1', 't3.micro', '0.0114')

test('instances: Linux, on demand, on shared hardware, in a region', async () => {
  const { prices, lists } = await pricesOf('AmazonEC2', [
    known,
    instance('us-east-1', 't3.micro', '0.0104'),
    instance('eu-west-1', 't3.nano', '0.0058', { operatingSystem: 'Windows' }),
    instance('eu-west-1', 't3.nano', '0.0058', { operatingSystem: 'RHEL' }),
    instance('eu-west-1', 't3.nano', '0.0058', { tenancy: 'Dedicated' }),
    instance('eu-west-1', 't3.nano', '0.0058', { preInstalledSw: 'SQL Web' }),
    instance('eu-west-1', 't3.nano', '0.0058', { capacitystatus: 'AllocatedCapacityReservation' }),
    instance('eu-west-1', 't3.nano', '0.0058', { operation: 'RunInstances:0g00' }),
    instance('eu-west-1', 't3.nano', '0.0058', { marketoption: 'CapacityBlock' }),
    instance('us-west-2-lax-1', 't3.nano', '0.0058'),
    instance('eu-west-1', 't3.nano', '0.0000000000'),
    { ...instance('eu-west-1', 't3.nano', '5'), unit: 'Quantity' },
  ])
  expect([...prices]).toEqual([
    ['eu-west-1 ec2 t3.micro', 0.0114],
    ['us-east-1 ec2 t3.micro', 0.0104],
  ])
  expect(lists).toEqual([
    { region: 'eu-west-1', offer: 'AmazonEC2', publishedOn: '2026-11-20' },
    { region: 'us-east-1', offer: 'AmazonEC2', publishedOn: '2026-11-20' },
  ])
})

test('only of the regions that are asked for', async () => {
  const both = [known, instance('us-east-1', 't3.micro', '0.0104')]
  expect([...(await pricesOf('AmazonEC2', both, ['us-east-1'])).prices.keys()]).toEqual([
    'us-east-1 ec2 t3.micro',
  ])
})

const at = (usagetype: string, more: object = {}) => ({ regionCode: 'eu-west-1', usagetype, ...more })
const lambda = (group: string) => at('EU-Lambda-GB-Second', { group })
const database = (databaseEngine: string, more: object = {}): OfferProduct => ({
  family: 'Database Instance',
  attributes: at('EU-InstanceUsage:db.t3.micro', {
    databaseEngine,
    instanceType: 'db.t3.micro',
    deploymentOption: 'Single-AZ',
    licenseModel: 'No license required',
    ...more,
  }),
  unit: 'Hrs',
  usd: ['0.02'],
})
const storage = (volumeType: string, usagetype: string): OfferProduct => ({
  family: 'Storage',
  attributes: at(usagetype, { volumeType }),
  unit: 'GB-Mo',
  usd: ['0.0220000000', '0.0230000000', '0.0210000000'],
})

test.for<[offer: string, products: readonly OfferProduct[], prices: Record<string, number>]>([
  [
    'AmazonEC2',
    [
      volume('eu-west-1', 'gp3', '0.088'),
      {
        ...volume('eu-west-1', 'io2', '0.1'),
        attributes: at('EU-EBS:VolumeP-IOPS.io2', { volumeApiName: 'io2' }),
      },
      ware(at('EU-NatGateway-Hours'), 'Hrs', '0.048'),
      ware(at('EU-NatGateway-Bytes'), 'GB', '0.048'),
    ],
    { 'ebs gp3': 0.088, 'hourly nat-gateway': 0.048 },
  ],
  [
    'AWSLambda',
    [
      ware(lambda('AWS-Lambda-Duration'), 'Lambda-GB-Second', '0.0000166667', '0.0000150000'),
      ware(lambda('AWS-Lambda-Duration-ARM'), 'Lambda-GB-Second', '0.0000133334'),
      ware(lambda('AWS-Lambda-Requests'), 'Requests', '0.0000002000'),
      ware(lambda('AWS-Lambda-Provisioned-Concurrency'), 'Lambda-GB-Second', '0.0000045183'),
      ware({ group: 'AWS-Lambda-Requests', usagetype: 'Request' }, 'Requests', '0.0000000000'),
    ],
    {
      'lambda usdPerGbSecond': 0.0000166667,
      'lambda usdPerMillionRequests': 0.2,
      'lambda usdPerProvisionedGbSecond': 0.0000045183,
    },
  ],
  [
    'AmazonS3',
    [
      storage('Standard', 'EU-TimedStorage-ByteHrs'),
      storage('Glacier Deep Archive', 'EU-TimedStorage-GDA-ByteHrs'),
      ware(at('EU-Requests-Tier1', { group: 'S3-API-Tier1' }), 'Requests', '0.0000050000'),
      ware(at('EU-Requests-Tier2', { group: 'S3-API-Tier2' }), 'Requests', '0.0000004000'),
    ],
    { 's3 usdPerGbMonth': 0.023, 's3 usdPer1000Puts': 0.005 },
  ],
  [
    'AmazonRDS',
    [
      database('PostgreSQL'),
      database('MySQL', { deploymentOption: 'Multi-AZ' }),
      database('Oracle', { licenseModel: 'License included' }),
      database('SQL Server'),
      database('Aurora MySQL', { usagetype: 'EU-InstanceUsageIOOptimized:db.t3.micro' }),
    ],
    { 'rds postgres db.t3.micro': 0.02 },
  ],
  [
    'AWSELB',
    [
      ware(at('EU-LoadBalancerUsage', { operation: 'LoadBalancing:Application' }), 'Hrs', '0.0252'),
      ware(at('LoadBalancerUsage', { operation: 'LoadBalancing:Network' }), 'Hrs', '0.0253'),
      ware(at('EUC1-LoadBalancerUsage', { operation: 'LoadBalancing:Gateway' }), 'Hrs', '0.014'),
      ware(at('EU-LoadBalancerUsage', { operation: 'LoadBalancing' }), 'Hrs', '0.028'),
      ware(at('EU-LCUUsage', { operation: 'LoadBalancing:Application' }), 'LCU-Hrs', '0.008'),
      ware(at('EU-Outposts-LoadBalancerUsage', { operation: 'LoadBalancing:Application' }), 'Hrs', '9'),
    ],
    {
      'hourly alb': 0.0252,
      'hourly nlb': 0.0253,
      'hourly gateway-load-balancer': 0.014,
      'hourly classic-load-balancer': 0.028,
    },
  ],
  [
    'AmazonVPC',
    [
      ware(at('EU-PublicIPv4:InUseAddress'), 'Hrs', '0.0000000000', '0.0050000000'),
      ware(at('EU-VpcEndpoint-Hours'), 'Hrs', '0.011'),
      ware(at('EU-VpcEndpoint-GWLBE-Hours'), 'Hrs', '0.012'),
    ],
    { 'hourly eip': 0.005, 'hourly vpc-interface-endpoint': 0.011 },
  ],
  [
    'AmazonEKS',
    [
      ware(at('EUW1-AmazonEKS-Hours:perCluster'), 'Hours', '0.1'),
      ware(at('EUW1-AmazonEKS-Hours:extendedSupport'), 'Hours', '0.5'),
    ],
    { 'hourly eks-cluster': 0.1 },
  ],
])('what is read of %s', async ([offer, products, prices]) => {
  const read = await pricesOf(offer, products)
  const named = Object.entries(prices).map(([name, usd]) => [`eu-west-1 ${name}`, usd])
  expect(Object.fromEntries(read.prices)).toEqual(Object.fromEntries(named))
})

test('of two prices of one thing the higher one counts, and it is told', async () => {
  const read = await pricesOf('AmazonEC2', [
    instance('eu-west-1', 't3.micro', '0.0115'),
    known,
    instance('eu-west-1', 'm5.large', '0.107'),
    instance('eu-west-1', 'm5.large', '0.107'),
  ])
  expect(read.prices.get('eu-west-1 ec2 t3.micro')).toBe(0.0115)
  expect(read.doubled).toEqual(['eu-west-1 ec2 t3.micro'])
})

describe('a file that is not believed', () => {
  const document = offerDocument('AmazonEC2', [known])
  const text = JSON.stringify(document)
  const { products, ...others } = document
  const termsFirst = JSON.stringify({ ...others, products })
  const without = (name: string) => JSON.stringify({ ...document, [name]: undefined })

  test.for<[string, string, string]>([
    ['no format version', without('formatVersion'), 'format version'],
    ['another format version', text.replace('"v1.0"', '"v2.0"'), 'format version'],
    ['no offer', without('offerCode'), 'format version'],
    [
      'an offer that nobody reads',
      text.replace('"offerCode":"AmazonEC2"', '"offerCode":"AmazonMoon"'),
      'offer',
    ],
    ['no date', without('publicationDate'), 'publication date'],
    ['a date that is none', text.replace('2026-11-20T21:09:34Z', 'today'), 'publication date'],
    ['no products', without('products'), 'no price of anything'],
    ['no terms', without('terms'), 'no price of anything'],
    ['its terms before its products', termsFirst, 'no price of anything'],
    [
      'another currency',
      JSON.stringify(offerDocument('AmazonEC2', [known], { currency: 'CNY' })),
      'currency',
    ],
    ['two currencies', text.replace('{"USD":"0.0114"}', '{"USD":"0.0114","CNY":"0.08"}'), 'currency'],
    ['a negative price', text.replace('"0.0114"}', '"-0.0114"}'), 'negative'],
    ['a price that is no number', text.replace('"0.0114"}', '"NaN"}'), 'no number'],
    ['a price without end', text.replace('"0.0114"}', '"1e400"}'), 'no number'],
    ['a price that is no text', text.replace('{"USD":"0.0114"}', '{"USD":0.0114}'), 'have no prices'],
    ['products of another shape', text.replace('"attributes":{', '"attributes":{"x":{},'), 'no attributes'],
    ['terms of another shape', text.replaceAll('priceDimensions', 'prices'), 'have no prices'],
  ])('%s', async ([, file, why]) => {
    const collector = priceCollector()
    await expect(take(collector, file)).rejects.toThrow(why)
    expect(collector.read()).toEqual({ prices: new Map(), lists: [], doubled: [] })
  })
})
