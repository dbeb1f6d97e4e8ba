/** Attributes of a product of the price list. */
export type Attributes = Readonly<Record<string, string>>

/** Which price of the table a product has. */
export interface PricedAs {
  readonly section: 'ec2' | 'ebs' | 'lambda' | 's3' | 'rds' | 'hourly'
  /** The type, thing or member; of a database its engine and class. */
  readonly name: string
  /** What its price must be for, in lower case. */
  readonly units: readonly string[]
  /** How many of these units the table's price is for. */
  readonly times: number
}

/** Offers that are read, each with what finds its products in the Pricing API (GetProducts, `Filters`). */
export const offers = {
  AmazonEC2: [
    {
      operatingSystem: 'Linux',
      operation: 'RunInstances',
      tenancy: 'Shared',
      preInstalledSw: 'NA',
      capacitystatus: 'Used',
    },
    { productFamily: 'Storage' },
    { productFamily: 'NAT Gateway' },
  ],
  AWSLambda: [{}],
  AmazonS3: [{ productFamily: 'Storage' }, { productFamily: 'API Request' }],
  AmazonRDS: [{ productFamily: 'Database Instance', deploymentOption: 'Single-AZ' }],
  AWSELB: [{}],
  AmazonVPC: [{}],
  AmazonEKS: [{}],
} as const satisfies Readonly<Record<string, readonly Attributes[]>>

export type Offer = keyof typeof offers
export const isOffer = (text: string): text is Offer => Object.hasOwn(offers, text)

/** Which offer a price of the table is from. */
export const offerOf = (section: string, name: string): Offer | undefined =>
  section === 'hourly' ? hourlyOffers[name] : sectionOffers[section]

/** The price that a product has, undefined for the most of them: other platforms, tenancies, places and wares. */
export const pricedAs = (offer: Offer, family: string, of: Attributes): PricedAs | undefined =>
  readers[offer](family, of)

const sectionOffers: Readonly<Record<string, Offer>> = {
  ec2: 'AmazonEC2',
  ebs: 'AmazonEC2',
  lambda: 'AWSLambda',
  s3: 'AmazonS3',
  rds: 'AmazonRDS',
}

const hourlyOffers: Readonly<Record<string, Offer>> = {
  'nat-gateway': 'AmazonEC2',
  alb: 'AWSELB',
  nlb: 'AWSELB',
  'gateway-load-balancer': 'AWSELB',
  'classic-load-balancer': 'AWSELB',
  eip: 'AmazonVPC',
  'vpc-interface-endpoint': 'AmazonVPC',
  'eks-cluster': 'AmazonEKS',
}

type Reader = (family: string, of: Attributes) => PricedAs | undefined

const hours = ['hrs', 'hours']
const hourly = (name: string | undefined): PricedAs | undefined =>
  name === undefined ? undefined : { section: 'hourly', name, units: hours, times: 1 }
const lambda = (name: string, units: readonly string[], times = 1): PricedAs => ({
  section: 'lambda',
  name,
  units,
  times,
})

/** A usage type, with the letters before it that most regions have, such as `EU-` and `EUC1-`. */
const isUsage = ({ usagetype = '' }: Attributes, name: string): boolean =>
  usagetype.replace(/^(EU|[A-Z]{3,4}\d)-/, '') === name

const readers: Readonly<Record<Offer, Reader>> = {
  AmazonEC2(family, of) {
    const { instanceType, volumeApiName, usagetype = '' } = of
    if (isUsage(of, 'NatGateway-Hours')) return hourly('nat-gateway')
    if (family === 'Storage' && volumeApiName && /(^|-)EBS:VolumeUsage(\.|$)/.test(usagetype))
      return { section: 'ebs', name: volumeApiName, units: ['gb-mo'], times: 1 }
    const isAsked = Object.entries(offers.AmazonEC2[0]).every(([name, value]) => of[name] === value)
    return isAsked && instanceType && (of.marketoption ?? 'OnDemand') === 'OnDemand'
      ? { section: 'ec2', name: instanceType, units: hours, times: 1 }
      : undefined
  },
  AWSLambda(_, { group }) {
    if (group === 'AWS-Lambda-Duration') return lambda('usdPerGbSecond', ['lambda-gb-second', 'second'])
    if (group === 'AWS-Lambda-Requests') return lambda('usdPerMillionRequests', ['requests', 'request'], 1e6)
    return group === 'AWS-Lambda-Provisioned-Concurrency'
      ? lambda('usdPerProvisionedGbSecond', ['lambda-gb-second', 'second'])
      : undefined
  },
  AmazonS3(family, of) {
    if (family === 'Storage' && of.volumeType === 'Standard' && isUsage(of, 'TimedStorage-ByteHrs'))
      return { section: 's3', name: 'usdPerGbMonth', units: ['gb-mo'], times: 1 }
    return of.group === 'S3-API-Tier1' && isUsage(of, 'Requests-Tier1')
      ? { section: 's3', name: 'usdPer1000Puts', units: ['requests'], times: 1000 }
      : undefined
  },
  AmazonRDS(family, of) {
    const { databaseEngine = '', instanceType = '', usagetype = '', deploymentOption, licenseModel } = of
    const engine = Object.hasOwn(engines, databaseEngine) ? engines[databaseEngine] : undefined
    const isListed =
      family === 'Database Instance' &&
      deploymentOption === 'Single-AZ' &&
      licenseModel === 'No license required' &&
      /(^|-)InstanceUsage:/.test(usagetype)
    return isListed && engine !== undefined && /^db\./.test(instanceType)
      ? { section: 'rds', name: `${engine} ${instanceType}`, units: hours, times: 1 }
      : undefined
  },
  AWSELB: (_, of) => (isUsage(of, 'LoadBalancerUsage') ? hourly(balancers[of.operation ?? '']) : undefined),
  AmazonVPC(_, of) {
    if (isUsage(of, 'PublicIPv4:InUseAddress')) return hourly('eip')
    return isUsage(of, 'VpcEndpoint-Hours') ? hourly('vpc-interface-endpoint') : undefined
  },
  AmazonEKS: (_, of) => (isUsage(of, 'AmazonEKS-Hours:perCluster') ? hourly('eks-cluster') : undefined),
}

const engines: Readonly<Record<string, string>> = {
  MySQL: 'mysql',
  PostgreSQL: 'postgres',
  MariaDB: 'mariadb',
  'Aurora MySQL': 'aurora-mysql',
  'Aurora PostgreSQL': 'aurora-postgresql',
}

const balancers: Readonly<Record<string, string>> = {
  LoadBalancing: 'classic-load-balancer',
  'LoadBalancing:Application': 'alb',
  'LoadBalancing:Network': 'nlb',
  'LoadBalancing:Gateway': 'gateway-load-balancer',
}
