/** What AWS bills by the hour, beside instances and databases. */
export type HourlyThing =
  | 'nat-gateway'
  | 'alb'
  | 'nlb'
  | 'gateway-load-balancer'
  | 'classic-load-balancer'
  | 'eip'
  | 'vpc-interface-endpoint'
  | 'eks-cluster'

/** List prices of one date, in US dollars; undefined wherever a price is not known, which is never free. */
export interface PriceBook {
  /** ISO date of the prices. */
  readonly asOf: string
  /** Where they are from, for a person. */
  readonly note: string
  /** USD per hour of on-demand Linux with shared tenancy. */
  ec2(region: string, instanceType: string): number | undefined
  /** USD per GB-month of storage. */
  ebs(region: string, volumeType: string): number | undefined
  lambda(region: string):
    | {
        readonly usdPerGbSecond: number
        readonly usdPerMillionRequests: number
        readonly usdPerProvisionedGbSecond: number
      }
    | undefined
  /** Standard storage class. */
  s3(region: string): { readonly usdPerGbMonth: number; readonly usdPer1000Puts: number } | undefined
  /** USD per hour of a single-AZ on-demand database instance, such as `db.t3.micro` of `postgres`. */
  rds(region: string, instanceClass: string, engine: string): number | undefined
  /** USD per hour. */
  hourly(region: string, what: HourlyThing): number | undefined
  /** USD per request of an operation that AWS bills by itself, such as `ce`, `GetCostAndUsage`; per metric and per GB where those count. */
  request(service: string, operation: string): number | undefined
}
