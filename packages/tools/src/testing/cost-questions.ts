import type { AwsApi, CostControl, CostQuestion } from '@gateway/domain'
import { createCostGuard } from '../cost-guard/cost-guard.ts'
import type { PriceBook } from '../prices/price-book.ts'

/** Round prices, in one region only. */
export const samplePrices: PriceBook = {
  asOf: '2026-01-01',
  note: 'Prices of the tests.',
  ec2: (region, type) =>
    region === 'eu-west-1' ? { 't3.micro': 0.01, 'm5.large': 0.1, 'm1.small': 0.05 }[type] : undefined,
  ebs: (region, type) =>
    region === 'eu-west-1' ? { gp2: 0.1, gp3: 0.0803, io2: 0.125, standard: 0.05 }[type] : undefined,
  lambda: (region) =>
    region === 'eu-west-1'
      ? { usdPerGbSecond: 0.0000166667, usdPerMillionRequests: 0.2, usdPerProvisionedGbSecond: 0.0000041667 }
      : undefined,
  s3: (region) => (region === 'eu-west-1' ? { usdPerGbMonth: 0.023, usdPer1000Puts: 0.005 } : undefined),
  rds: (region, type, engine) =>
    region === 'eu-west-1' && engine === 'postgres' && type === 'db.t3.micro' ? 0.02 : undefined,
  hourly: (region, what) =>
    region === 'eu-west-1'
      ? { 'nat-gateway': 0.048, alb: 0.0252, eip: 0.005, 'eks-cluster': 0.1 }[what as 'alb']
      : undefined,
  request: (service, operation) =>
    new Map([
      ['ce', 0.01],
      ['logs:StartQuery', 0.009],
    ]).get(service === 'ce' ? service : `${service}:${operation}`),
}

const classes: Readonly<Record<string, object>> = {
  'athena:StartQueryExecution': { access: 'destructive', costs: true },
  'ce:GetCostAndUsage': { access: 'read', costs: true },
  'cloudwatch:GetMetricData': { access: 'read', costs: true },
  'eks:CreateFargateProfile': { access: 'permissions', withoutRole: 'spend' },
  'elasticache:CreateCacheCluster': { access: 'spend' },
  'iam:CreateRole': { access: 'permissions' },
}

/** Knows the class of what costs. */
export const sampleClasses: Pick<AwsApi, 'find'> = {
  find: (service, operation) => classes[`${service}:${operation}`] as ReturnType<AwsApi['find']>,
}

/** A guard by those prices. */
export const sampleGuard = createCostGuard({ prices: samplePrices, api: sampleClasses })

/** What AWS answers to `service:Operation`, by its input; whatever else is asked fails the test. */
export type AnswersOfAws = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>

/** Assesses `service:Operation` of eu-west-1, with what it asked of AWS. */
export const assessing = async (
  name: string,
  input: object,
  {
    limits = {},
    answers = {},
    region = 'eu-west-1',
  }: { limits?: CostControl; answers?: AnswersOfAws; region?: string } = {},
) => {
  const [service = '', operation = ''] = name.split(':')
  const asked: string[] = []
  const aws: CostQuestion['aws'] = async (service, operation, input) => {
    asked.push(`${service}:${operation}`)
    const answer = answers[`${service}:${operation}`]
    if (!answer) throw new Error(`AWS was asked ${service}:${operation}`)
    return answer(input as Record<string, unknown>)
  }
  const question = { request: { service, operation, input }, region, limits, now: Date.UTC(2026, 0, 2), aws }
  return { ...(await sampleGuard.assess(question)), asked }
}
