import type { AwsCall } from './aws-call.ts'
import type { Context } from './condition.ts'
import type { StrictSession } from './sessions.ts'

/** Condition keys of a session's request, as far as the judge knows them. */
export const sessionContext = (session: StrictSession, call: AwsCall, resourceAccount: string): Context =>
  new Map<string, readonly string[]>([
    ['aws:requestedregion', [call.region]],
    ['aws:resourceaccount', [resourceAccount]],
    ['aws:principalarn', [session.roleArn]],
    ['aws:principalaccount', [session.account]],
    ['aws:principaltype', ['AssumedRole']],
    ['aws:sourceidentity', session.sourceIdentity === undefined ? [] : [session.sourceIdentity]],
    ['aws:multifactorauthpresent', []],
    ['aws:calledvia', []],
    ['aws:viaawsservice', ['false']],
    // Of the stand-in it is not true, but of AWS it would be.
    ['aws:securetransport', ['true']],
    ...(call.service === 's3' ? listKeys.map((key) => [`s3:${key}`, call.query.getAll(key)] as const) : []),
    ...principalTags(session.tags),
  ])

/** The tags of a session as condition keys. */
export const principalTags = (tags: ReadonlyMap<string, string>): [string, readonly string[]][] => [
  ...[...tags].map(([key, value]): [string, string[]] => [`aws:principaltag/${key.toLowerCase()}`, [value]]),
  ['aws:principaltag/*', []],
]

const listKeys = ['prefix', 'delimiter']
