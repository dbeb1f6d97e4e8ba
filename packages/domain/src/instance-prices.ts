/** List prices of EC2 instances, as tools tell them. */
export interface InstancePrices {
  /** Where they are from and of when, for a person. */
  readonly note: string
  /** USD per hour of on-demand Linux with shared tenancy; undefined where nobody knows, which is never free. */
  ec2(region: string, instanceType: string): number | undefined
}
