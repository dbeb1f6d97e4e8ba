/**
 * Whether an action is answered by an endpoint that serves all regions of a partition, so that a rule about
 * `aws:RequestedRegion` would refuse it wherever that endpoint's own region is not allowed (AWS Organizations User Guide,
 * example SCP "Deny access to AWS based on the requested AWS Region"). In doubt an action is regional.
 */
export const isGlobalAction = (action: string): boolean =>
  isGlobalService(action.slice(0, action.indexOf(':'))) || globalActions.has(action)

/** Whether every action of a service is global. */
export const isGlobalService = (service: string): boolean => globalServices.has(service)

/** By IAM prefix. */
const globalServices: ReadonlySet<string> = new Set([
  'account',
  'artifact',
  'billing',
  'budgets',
  'ce',
  'cloudfront',
  'cur',
  'globalaccelerator',
  'health',
  'iam',
  'networkmanager',
  'organizations',
  'pricing',
  'route53',
  'route53domains',
  'shield',
  'sts',
  'support',
  'tax',
  'trustedadvisor',
  'waf',
])

/** Of services that are regional otherwise. */
const globalActions: ReadonlySet<string> = new Set([
  'ec2:DescribeRegions',
  // Bucket lists and the account's own settings belong to no region: AWS may answer them in us-east-1.
  's3:GetAccountPublicAccessBlock',
  's3:ListAllMyBuckets',
  's3:ListMultiRegionAccessPoints',
  's3:PutAccountPublicAccessBlock',
])
