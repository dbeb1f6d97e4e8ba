// Offer files as AWS documents them (AWS Billing User Guide, "Reading the service price list files"), made here: small ones
// with whatever a test puts in, and what else such files have beside it.

/** A product and what it costs. */
export interface OfferProduct {
  readonly family?: string
  readonly attributes: Readonly<Record<string, string>>
  readonly unit: string
  /** USD, one for each step of the amount; text where it shall be something else. */
  readonly usd: readonly string[]
}

/** Linux on shared hardware. */
export const instance = (
  region: string,
  instanceType: string,
  usd: string,
  change: object = {},
): OfferProduct => ({
  family: 'Compute Instance',
  attributes: {
    servicecode: 'AmazonEC2',
    location: 'somewhere',
    locationType: 'AWS Region',
    instanceType,
    vcpu: '2',
    memory: '1 GiB',
    tenancy: 'Shared',
    operatingSystem: 'Linux',
    licenseModel: 'No License required',
    usagetype: `BoxUsage:${instanceType}`,
    operation: 'RunInstances',
    capacitystatus: 'Used',
    marketoption: 'OnDemand',
    preInstalledSw: 'NA',
    regionCode: region,
    ...change,
  },
  unit: 'Hrs',
  usd: [usd],
})

/** A volume type of EBS. */
export const volume = (region: string, volumeApiName: string, usd: string): OfferProduct => ({
  family: 'Storage',
  attributes: { regionCode: region, volumeApiName, usagetype: `EU-EBS:VolumeUsage.${volumeApiName}` },
  unit: 'GB-Mo',
  usd: [usd],
})

/** A product of which only these attributes matter. */
export const ware = (
  attributes: Readonly<Record<string, string>>,
  unit: string,
  ...usd: readonly string[]
): OfferProduct => ({ attributes, unit, usd })

/** SKU of the product at this place. */
export const skuOf = (i: number): string => `SKU${i.toString(36).toUpperCase().padStart(13, '0')}`

/** `terms.OnDemand` of one product. */
export const termsOf = (sku: string, { unit, usd }: OfferProduct, currency = 'USD'): object => ({
  [`${sku}.JRTCKXETXF`]: {
    offerTermCode: 'JRTCKXETXF',
    sku,
    effectiveDate: '2026-11-01T00:00:00Z',
    priceDimensions: Object.fromEntries(
      usd.map((price, i) => [
        `${sku}.JRTCKXETXF.STEP${i}`,
        {
          rateCode: `${sku}.JRTCKXETXF.STEP${i}`,
          description: `$${price} per ${unit}`,
          beginRange: `${i}`,
          endRange: 'Inf',
          unit,
          pricePerUnit: { [currency]: price },
          appliesTo: [],
        },
      ]),
    ),
    termAttributes: {},
  },
})

/** The document of an offer file, in the order that AWS writes. */
export const offerDocument = (
  offerCode: string,
  products: readonly OfferProduct[],
  { publicationDate = '2026-11-20T21:09:34Z', currency = 'USD' } = {},
): Record<string, unknown> => ({
  formatVersion: 'v1.0',
  disclaimer: 'This pricing list is for informational purposes only.',
  offerCode,
  version: '20261120210934',
  publicationDate,
  products: Object.fromEntries(
    products.map(({ family: productFamily, attributes }, i) => [
      skuOf(i),
      { sku: skuOf(i), ...(productFamily !== undefined && { productFamily }), attributes },
    ]),
  ),
  terms: {
    OnDemand: Object.fromEntries(
      products.map((product, i) => [skuOf(i), termsOf(skuOf(i), product, currency)]),
    ),
    Reserved: Object.fromEntries(
      products.map((product, i) => [skuOf(i), termsOf(skuOf(i), { ...product, usd: ['0.0000000001'] })]),
    ),
  },
  attributesList: {},
})

/** The text of an offer file. */
export const offerText = (...of: Parameters<typeof offerDocument>): string =>
  JSON.stringify(offerDocument(...of))
