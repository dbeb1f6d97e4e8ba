import type { AuditReport, ChainReport } from '@gateway/audit'
import { oneLine } from '../tenant/printable.ts'
import type { UsedKeys } from './audit-keys.ts'

/** What was found, for people: what was proven by what, then each chain that something is to be said about, the worst first. */
export const verifyLines = (report: AuditReport, keys: UsedKeys): string[] => {
  const { verdict, chains } = report
  const chainsOf = (which: AuditReport['verdict']) => chains.filter((chain) => chain.verdict === which)
  const told = chainsOf('verified').filter(({ notes }) => notes.length > 0)
  const unproven = chainsOf('unproven')
  return [
    headlines[verdict],
    ...(unproven.length > 0
      ? [`  not proven: ${unproven.length} of ${amount(chains.length, 'chain')}; what they say may be forged`]
      : []),
    ...keyLines(keys),
    `${amount(report.records, 'record')} and ${amount(report.checkpoints, 'checkpoint')} of ${amount(chains.length, 'chain')} in ${amount(report.files.length, 'file')}`,
    `  ${report.proven_by_signature} proven by signatures, ${report.proven_by_hash} by hashes computed again, ${report.unproven} by neither`,
    ...(report.foreign > 0
      ? [`  ${amount(report.foreign, 'line')} of no chain, which nothing is known of`]
      : []),
    ...(report.torn > 0
      ? [`  ${amount(report.torn, 'file')} ending inside of a line: the process died while it wrote`]
      : []),
    ...(report.too_long > 0
      ? [`  ${amount(report.too_long, 'line')} too long to be a record, not read`]
      : []),
    ...[...chainsOf('tampered'), ...unproven].flatMap(chainLines),
    ...told.slice(0, mostTold).flatMap(chainLines),
    ...(told.length > mostTold
      ? ['', `and ${told.length - mostTold} other chains with notes (--json has all)`]
      : []),
  ]
}

const mostTold = 20

const headlines: Readonly<Record<AuditReport['verdict'], string>> = {
  verified: 'OK: what is proven below is as the gateway wrote it.',
  tampered: 'TAMPERED: this log is not as the gateway wrote it.',
  unproven: 'NOT PROVEN: nothing is seen to be wrong, and that proves nothing.',
}

const keyLines = ({ public_keys: publicKeys, hmac_keys: hmacKeys }: UsedKeys): string[] => [
  ...(publicKeys.length === 0
    ? [
        '  no public key, so no signature was verified: give one with --public-key, as you got it by another way than the log (one beside the log is not taken)',
      ]
    : publicKeys.map(({ file, thumbprint }) => `  public key ${oneLine(file)}, thumbprint ${thumbprint}`)),
  ...hmacKeys.map(({ from, key_id: id }) => `  key of the hashes ${oneLine(from)}, called ${id}`),
]

const chainLines = (chain: ChainReport): string[] => {
  const { first_bad_seq: seq, first_bad_range: range, faults, more_faults: more } = chain
  const who = chain.tenant_id === undefined ? 'no tenant' : `tenant ${oneLine(chain.tenant_id)}`
  const signers = chain.signed_by.length > 0 ? `, signed by ${chain.signed_by.map(shortName).join(', ')}` : ''
  return [
    '',
    `Chain of ${who}, instance ${oneLine(chain.instance)}: ${spanOf(chain)}${signers}`,
    ...(seq === undefined ? [] : [`  first bad seq: ${seq}`]),
    ...(range === undefined ? [] : [`  first bad checkpoint range: ${range[0]} to ${range[1]}`]),
    ...faults.map(({ text, file, line }) =>
      file === undefined ? `  - ${text}` : `  - ${text} (${oneLine(file)}, line ${line})`,
    ),
    ...(more > 0 ? [`  - and ${more} more`] : []),
    ...chain.notes.map((note) => `  ${note}`),
  ]
}

const spanOf = ({ first_seq: first, last_seq: last }: ChainReport): string =>
  first === undefined ? 'no record' : `records ${first} to ${last}`

const shortName = (name: string): string => oneLine(name).slice(0, 200)

const amount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
