const size = String.raw`(?:nano|micro|small|medium|large|\d{0,3}xlarge|metal(?:-\d{1,3}xl)?)`
const family = String.raw`[a-z]{1,4}-?\d[a-z0-9]{0,6}(?:-\d{1,2}tb\d?|-m\d[a-z]{0,5}|-flex)?`
const engines = 'aurora|aurora-mysql|aurora-postgresql|mariadb|mysql|postgres|neptune|docdb|db2-(?:ae|se)'

const patterns = {
  'database class': new RegExp(`^db\\.(?:serverless|${family}\\.${size}(?:\\.tpc\\d\\.mem\\dx)?)$`),
  'database engine': new RegExp(
    `^(?:${engines}|(?:custom-)?oracle-(?:ee|se2)(?:-cdb)?|(?:custom-)?sqlserver-(?:ee|se|ex|web|dev))$`,
  ),
  image: /^ami-[0-9a-f]{8,17}$/,
  'instance type': new RegExp(`^${family}\\.${size}$`),
  'logical id': /^[A-Za-z0-9]{1,64}$/,
  property: /^[A-Za-z]{1,40}$/,
  'resource type': /^[A-Za-z0-9]{1,40}(?:::[A-Za-z0-9]{1,40}){1,3}$/,
  'storage class':
    /^(?:STANDARD|REDUCED_REDUNDANCY|STANDARD_IA|ONEZONE_IA|INTELLIGENT_TIERING|GLACIER|GLACIER_IR|DEEP_ARCHIVE|EXPRESS_ONEZONE)$/,
  'volume type': /^(?:gp2|gp3|io1|io2|st1|sc1|standard|aurora|aurora-iopt1)$/,
} as const

/** What names of a caller's request are names of. */
type NameKind = keyof typeof patterns

/**
 * A name of a caller's request for a person who decides about its cost: only where it is what such names are made of. Anything else may
 * be a sentence that poses as ours.
 */
export const shown = (kind: NameKind, name: unknown): string =>
  typeof name === 'string' && patterns[kind].test(name) ? name : `(what was asked for as ${kind})`
