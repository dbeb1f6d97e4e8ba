import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { z } from 'zod'
import { wrongUse } from '../tenant/tenant-failure.ts'
import { unreadable } from './stored-records.ts'

const unzipped = promisify(gunzip)

/** What is compared of an event of CloudTrail. */
const event = z.looseObject({
  eventID: z.string().optional(),
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  awsRegion: z.string().optional(),
  userAgent: z.string().optional(),
  requestID: z.string().optional(),
  recipientAccountId: z.string().optional(),
  userIdentity: z
    .looseObject({
      arn: z.string().optional(),
      sessionContext: z.looseObject({ sourceIdentity: z.string().optional() }).optional(),
    })
    .optional(),
  requestParameters: z
    .looseObject({ roleSessionName: z.string().optional(), sourceIdentity: z.string().optional() })
    .nullish()
    .catch(undefined),
})

export type CloudTrailEvent = z.infer<typeof event>

const file = z.looseObject({ Records: z.array(event) })

/** Bytes of the largest file; those of CloudTrail have a few megabytes. */
const mostBytes = 512 * 1024 * 1024

/** The events of a file as CloudTrail delivers it, plain or gzip. Throws `TenantFailure`, which quotes nothing of it. */
export const readCloudTrail = async (path: string): Promise<CloudTrailEvent[]> => {
  const bytes = await readFile(path).catch((thrown: unknown) => {
    throw unreadable(thrown, path)
  })
  let value: unknown
  try {
    const plain = bytes[0] === 0x1f ? await unzipped(bytes, { maxOutputLength: mostBytes }) : bytes
    value = JSON.parse(plain.toString('utf8'))
  } catch {
    throw wrongUse(`${path} is no file of CloudTrail: neither JSON nor JSON in gzip.`)
  }
  const read = file.safeParse(value)
  if (!read.success) throw wrongUse(`${path} is no file of CloudTrail: it has no Records with events.`)
  return read.data.Records
}

/** Names that CloudTrail has of who called: of the session, or of the one that is opened. */
export const sessionOf = ({ eventName, userIdentity, requestParameters }: CloudTrailEvent) =>
  eventName === 'AssumeRole'
    ? { name: requestParameters?.roleSessionName, sourceIdentity: requestParameters?.sourceIdentity }
    : {
        name: userIdentity?.arn?.split('/').at(-1),
        sourceIdentity: userIdentity?.sessionContext?.sourceIdentity,
      }
