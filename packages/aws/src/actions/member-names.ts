/** What of a resource is asked for: a variable of its type's ARN template, in lower case. */
export interface AskedName {
  readonly service: string
  readonly type: string
  readonly variable: string
  /** Whether the operation is about this type: then members such as `Name` mean it. */
  readonly isSubject: boolean
  /** Whether `Name` is its name, and not that of something else which the operation is about. */
  readonly isNamed: boolean
}

/** Members of an input that name it, in lower case: anywhere in the input, or as members of the input itself only. */
export const membersOf = ({
  service,
  type,
  variable,
  isSubject,
  isNamed,
}: AskedName): ReadonlyMap<string, 'top' | 'any'> => {
  const bare = type.toLowerCase().replace(/[^a-z0-9]/g, '')
  const names = new Map<string, 'top' | 'any'>()
  const add = (each: string, where: 'top' | 'any') => {
    for (const name of [each, `${each}s`])
      if (names.get(name) !== 'any') names.set(name, general.has(each) ? 'top' : where)
  }
  add(variable, 'any')
  for (const alias of aliases.get(`${service}:${variable}`) ?? []) add(alias, 'any')
  const isOwn =
    variable === bare ||
    (bare.length > 3 && variable.startsWith(bare)) ||
    (isSubject && bare.length > 2 && !madeUp.test(variable))
  // `db` of RDS would be `DBName`, which is another thing.
  // Nothing of EC2 has a name in its ARN but what is listed above.
  if (service === 'ec2') return names
  if (isOwn)
    for (const end of ['', 'id', 'name', 'identifier', 'arn'])
      add(`${bare}${end}`, end === '' ? 'top' : 'any')
  // `clusterName` of a service's ARN is the member `cluster` as well.
  const stem = /^(\w+?)(name|id|identifier)$/.exec(variable)?.[1]
  if (stem !== undefined && stem.length > 2)
    for (const end of ['', 'id', 'name', 'identifier', 'arn']) add(`${stem}${end}`, 'top')
  // A variable such as `Id` is that member alone, and what AWS makes up is no member at all.
  if (isSubject && !general.has(variable) && !madeUp.test(variable))
    for (const name of general) if (isNamed || !isBareName(name)) names.set(name, 'top')
  return names
}

/** Whether a member, in lower case, is a name and does not say of what. */
export const isBareName = (member: string): boolean => member === 'name' || member === 'names'

/** Names that mean what the operation is about, and nothing in the depth of an input. */
const general: ReadonlySet<string> = new Set([
  'id',
  'ids',
  'name',
  'names',
  'arn',
  'arns',
  'identifier',
  'resourcearn',
  'resourceid',
  'resourcename',
  'resource',
  'resources',
])

/** Whether a member, in lower case, means whatever the operation is about. */
export const isGeneral = (member: string): boolean => general.has(member)

const madeUp = /^(uuid|opaqueid|expressid|\w*hex)$/

/** By service and variable. */
const aliases: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'rds:dbinstancename': [
      'dbinstanceidentifier',
      'sourcedbinstanceidentifier',
      'targetdbinstanceidentifier',
    ],
    'rds:dbclusterinstancename': ['dbclusteridentifier', 'sourcedbclusteridentifier'],
    'rds:snapshotname': ['dbsnapshotidentifier', 'sourcedbsnapshotidentifier', 'targetdbsnapshotidentifier'],
    'rds:clustersnapshotname': [
      'finaldbsnapshotidentifier',
      'dbclustersnapshotidentifier',
      'sourcedbclustersnapshotidentifier',
      'targetdbclustersnapshotidentifier',
    ],
    'rds:subnetgroupname': ['dbsubnetgroupname'],
    'rds:parametergroupname': [
      'dbparametergroupname',
      'sourcedbparametergroupidentifier',
      'targetdbparametergroupidentifier',
    ],
    'rds:clusterparametergroupname': [
      'dbclusterparametergroupname',
      'sourcedbclusterparametergroupidentifier',
      'targetdbclusterparametergroupidentifier',
    ],
    'rds:securitygroupname': ['dbsecuritygroupname', 'dbsecuritygroups'],
    'rds:globalcluster': ['globalclusteridentifier'],
    'redshift:clustername': ['clusteridentifier', 'sourceclusteridentifier'],
    'redshift:snapshotname': ['snapshotidentifier'],
    'redshift:subnetgroupname': ['clustersubnetgroupname'],
    'redshift:dbuser': ['dbuser'],
    'elasticache:cacheclusterid': ['cacheclusterid'],
    'ecs:taskid': ['task'],
    'eks:clustername': ['clustername'],
    'kms:keyid': ['targetkeyid'],
    'lambda:layerversion': ['versionnumber'],
    'events:eventbusname': ['eventbusname'],
    'events:rulename': ['rule'],
    'ec2:keypairname': ['keyname'],
    'ec2:placementgroupname': ['groupname'],
    'athena:workgroupname': ['workgroup'],
    'backup:backupvaultname': ['backupvaultname', 'targetbackupvaultname'],
    'batch:jobqueuename': ['jobqueue'],
    'cloudtrail:trailname': ['trailname', 'trailnamelist'],
    'kinesis:streamname': ['streamname'],
    'servicequotas:servicecode': ['servicecode'],
  }),
)

/** What ids of a type look like, wherever in the input of a request of EC2 they are. */
export const idsOf = (service: string, type: string): RegExp | undefined => {
  if (service !== 'ec2') return undefined
  return prefixes.get(type)
}

const prefixes: ReadonlyMap<string, RegExp> = new Map(
  `capacity-reservation=cr carrier-gateway=cagw client-vpn-endpoint=cvpn-endpoint customer-gateway=cgw dedicated-host=h
  dhcp-options=dopt egress-only-internet-gateway=eigw elastic-ip=eipalloc fleet=fleet image=ami import-image-task=import-ami
  import-snapshot-task=import-snap instance=i instance-connect-endpoint=eice instance-event-window=iew internet-gateway=igw
  ipam=ipam ipam-pool=ipam-pool ipam-scope=ipam-scope ipv4pool-ec2=ipv4pool-ec2 ipv6pool-ec2=ipv6pool-ec2 launch-template=lt
  local-gateway=lgw natgateway=nat network-acl=acl network-insights-analysis=nia network-insights-path=nip network-interface=eni
  prefix-list=pl route-table=rtb security-group=sg security-group-rule=sgr snapshot=snap spot-fleet-request=sfr
  spot-instances-request=sir subnet=subnet subnet-cidr-reservation=scr traffic-mirror-filter=tmf traffic-mirror-session=tms
  traffic-mirror-target=tmt transit-gateway=tgw transit-gateway-attachment=tgw-attach transit-gateway-route-table=tgw-rtb
  verified-access-endpoint=vae verified-access-group=vagr verified-access-instance=vai verified-access-trust-provider=vatp
  volume=vol vpc=vpc vpc-endpoint=vpce vpc-endpoint-service=vpce-svc vpc-flow-log=fl vpc-peering-connection=pcx
  vpn-connection=vpn vpn-gateway=vgw`
    .split(/\s+/)
    .map((entry) => entry.split('='))
    .map(([type = '', prefix = '']) => [type, new RegExp(`^${prefix}-[0-9a-z]{1,40}$`)]),
)
