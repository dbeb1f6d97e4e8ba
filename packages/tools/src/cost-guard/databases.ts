import { type CostQuestion, chargedHours } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import { type Assessor, refusedFor } from './assessment.ts'
import { type Charge, dayOf, estimateOf, free, unpriced } from './charges.ts'
import { microUsdOf } from './exact-usd.ts'
import { listOf, type Members, membersOf, numbersOf, recordOf, textOf } from './input-values.ts'
import { shown } from './shown-names.ts'
import { largestVolume, monthHours } from './volumes.ts'

/** A database instance as far as its price goes by it. */
export interface Database {
  readonly type: string | undefined
  readonly engine: string | undefined
  readonly gigabytes: number | undefined
  readonly storageType: string | undefined
  readonly twice: boolean
}

/** RDS CreateDBInstance: a day of the instance and its storage. */
export const databaseCreation: Assessor = {
  reads: () => [],
  async assess({ request, region }, prices) {
    const faults: string[] = []
    const members = membersOf(request)
    const database = databaseIn(members, faults)
    if (faults.length > 0) return refusedFor(...faults)
    const charges = databaseCharges({ region, prices }, database, peculiarMembers(members, priced))
    return { faults, estimate: estimateOf(charges, prices) }
  },
}

/** RDS ModifyDBInstance: a day of what it will be, where anything changes that it is paid for. */
export const databaseChange: Assessor = {
  reads: () => ['rds:DescribeDBInstances'],
  async assess(question, prices) {
    const faults: string[] = []
    const members = membersOf(question.request)
    const wanted = databaseIn(members, faults)
    if (faults.length > 0) return refusedFor(...faults)
    const paid = priced.filter((name) => members[name] !== undefined)
    const peculiar = peculiarMembers(members, priced)
    if (paid.length === 0 && peculiar.length === 0)
      return { faults, estimate: free('It changes nothing that the database is paid for.') }
    const now = databaseIn(await databaseNow(question, textOf(members.DBInstanceIdentifier) ?? ''), [])
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined)
    const twice = members.MultiAZ === undefined ? now.twice : wanted.twice
    const charges = databaseCharges(
      { region: question.region, prices },
      { ...now, ...Object.fromEntries(given), twice },
      peculiar,
    )
    return { faults, estimate: estimateOf(charges, prices) }
  },
}

const databaseNow = async ({ aws }: CostQuestion, id: string): Promise<Members> => {
  const { DBInstances } = recordOf(await aws('rds', 'DescribeDBInstances', { DBInstanceIdentifier: id }))
  return recordOf(listOf(DBInstances)[0])
}

/** The database that members such as those of CreateDBInstance tell. */
export const databaseIn = (members: Members, faults: string[]): Database => ({
  type: textOf(members.DBInstanceClass),
  engine: textOf(members.Engine),
  gigabytes: numbersOf(members, faults).whole('AllocatedStorage', { least: 0, most: 4 * largestVolume }),
  storageType: textOf(members.StorageType),
  twice: members.MultiAZ === true || members.MultiAZ === 'true',
})

/** A day of a database, of which nobody knows what `peculiar` members cost. */
export const databaseCharges = (
  { region, prices }: { readonly region: string; readonly prices: PriceBook },
  { type = '', engine = '', gigabytes, storageType = 'gp2', twice }: Database,
  peculiar: readonly string[],
): readonly Charge[] => {
  const count = twice ? 2 : 1
  const instance = dayOf(
    `${shown('database class', type)} of ${shown('database engine', engine)}`,
    prices.rds(region, type, engine),
    count,
  )
  const extra = peculiar.map((name) => unpriced(`a database with "${shown('property', name)}"`))
  // Aurora's storage is paid for as it is used.
  if (/^aurora/.test(engine)) return [instance, ...extra]
  const what = `${chargedHours} hours of ${gigabytes ?? '?'} GB ${shown('volume type', storageType)} of a database`
  if (gigabytes === undefined || /^io\d/.test(storageType)) return [instance, unpriced(what), ...extra]
  // No more than twice what the same volume costs EC2; the price lists of RDS have it under many names.
  const microUsd = microUsdOf(
    prices.ebs(region, storageType),
    2 * count * gigabytes * chargedHours,
    monthHours,
  )
  return [instance, { what, microUsd }, ...extra]
}

/** Members that the price is reckoned from. */
const priced = ['AllocatedStorage', 'DBInstanceClass', 'MultiAZ', 'StorageType']

/** Members that may cost something, and nobody here knows what; those that are known to be free are not among them. */
export const peculiarMembers = (members: Members, known: readonly string[]): readonly string[] =>
  Object.entries(members)
    .filter(([, value]) => value !== undefined && value !== false && value !== 0 && value !== null)
    .map(([name]) => name)
    .filter((name) => !known.includes(name) && !freeMembers.has(name))

const freeMembers: ReadonlySet<string> = new Set(
  `AllowMajorVersionUpgrade ApplyImmediately AutoMinorVersionUpgrade AvailabilityZone BackupRetentionPeriod
  CACertificateIdentifier CertificateRotationRestart CharacterSetName CopyTagsToSnapshot DBClusterIdentifier DBInstanceIdentifier
  DBName DBParameterGroupName DBPortNumber DBSecurityGroups DBSubnetGroupName DeleteAutomatedBackups DeletionProtection
  EnableIAMDatabaseAuthentication Engine EngineVersion KmsKeyId ManageMasterUserPassword MasterUserPassword
  MasterUserSecretKmsKeyId MasterUsername NetworkType NewDBInstanceIdentifier OptionGroupName Port PreferredBackupWindow
  PreferredMaintenanceWindow PubliclyAccessible StorageEncrypted Tags UseDefaultProcessorFeatures VpcSecurityGroupIds
  VPCSecurityGroups`.split(/\s+/),
)
