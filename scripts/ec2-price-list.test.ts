import { expect, test } from 'vitest'
import { attributesOf, priceTable, regionPrices } from './ec2-price-list.ts'

/** An entry of PriceList, in the shape that AWS documents for GetProducts. */
const entry = (instanceType: string, usd: string, of: { attributes?: object; unit?: string } = {}): string =>
  JSON.stringify({
    product: {
      productFamily: 'Compute Instance',
      attributes: {
        ...attributesOf('us-east-1'),
        servicecode: 'AmazonEC2',
        instanceType,
        vcpu: '2',
        memory: '1 GiB',
        usagetype: `BoxUsage:${instanceType}`,
        marketoption: 'OnDemand',
        ...of.attributes,
      },
      sku: 'CPXPQV7NSP8G4E9X',
    },
    serviceCode: 'AmazonEC2',
    terms: {
      OnDemand: {
        'CPXPQV7NSP8G4E9X.JRTCKXETXF': {
          priceDimensions: {
            'CPXPQV7NSP8G4E9X.JRTCKXETXF.6YS6EN2CT7': {
              unit: of.unit ?? 'Hrs',
              endRange: 'Inf',
              description: `$${usd} per On Demand Linux ${instanceType} Instance Hour`,
              appliesTo: [],
              rateCode: 'CPXPQV7NSP8G4E9X.JRTCKXETXF.6YS6EN2CT7',
              beginRange: '0',
              pricePerUnit: { USD: usd },
            },
          },
          sku: 'CPXPQV7NSP8G4E9X',
          effectiveDate: '2026-11-01T00:00:00Z',
          offerTermCode: 'JRTCKXETXF',
          termAttributes: {},
        },
      },
    },
    version: '20261101000000',
    publicationDate: '2026-11-01T00:00:00Z',
  })

test('families with their sizes, the cheapest first', () => {
  const entries = [
    entry('t3.small', '0.0208000000'),
    entry('m5.metal', '4.6080000000'),
    entry('m5.24xlarge', '4.6080000000'),
    entry('t3.micro', '0.0104000000'),
    entry('t3.micro', '0.0104000000'),
    entry('m5.large', '0.0960000000'),
  ]
  expect(regionPrices('us-east-1', entries)).toEqual({
    m5: 'large 0.096 24xlarge 4.608 metal 4.608',
    t3: 'micro 0.0104 small 0.0208',
  })
})

test.for<[string, string]>([
  ['Windows', entry('t3.micro', '0.0196', { attributes: { operatingSystem: 'Windows' } })],
  ['RHEL', entry('t3.micro', '0.0392', { attributes: { operatingSystem: 'RHEL' } })],
  ['dedicated', entry('t3.micro', '0.011', { attributes: { tenancy: 'Dedicated' } })],
  ['with SQL Server', entry('t3.micro', '0.5', { attributes: { preInstalledSw: 'SQL Web' } })],
  ['an unused reservation', entry('t3.micro', '0.0104', { attributes: { capacitystatus: 'AllocatedHost' } })],
  ['of another region', entry('t3.micro', '0.0114', { attributes: { regionCode: 'eu-west-1' } })],
  ['free', entry('t3.micro', '0.0000000000')],
  ['in another unit', entry('t3.micro', '1', { unit: 'Quantity' })],
  ['in another currency', entry('t3.micro', '0.07').replace('"USD"', '"CNY"')],
])('what is %s has no price', ([, text]) => {
  expect(regionPrices('us-east-1', [text])).toEqual({})
})

test('two prices of one type are a fault, and so is another shape', () => {
  expect(() => regionPrices('us-east-1', [entry('t3.micro', '0.0104'), entry('t3.micro', '0.0105')])).toThrow(
    'two prices of t3.micro in us-east-1',
  )
  expect(() => regionPrices('us-east-1', ['{"sku":"x"}'])).toThrow()
})

test('the table says of when it is, and that nobody has verified it', () => {
  const { note, usdPerHour } = JSON.parse(priceTable('2026-12-01', { 'us-east-1': { t3: 'micro 0.0104' } }))
  expect(note).toMatch(/on 2026-12-01.*not verified/)
  expect(usdPerHour).toEqual({ 'us-east-1': { t3: 'micro 0.0104' } })
})
