import { defineTool, GatewayError } from '@gateway/domain'
import { z } from 'zod'
import { patternedText } from '../bounded-text.ts'
import { typedAws } from '../typed-aws.ts'
import { bucketName } from './bucket-name.ts'
import { bucketTags } from './bucket-tags.ts'
import { objectKey } from './object-key.ts'
import { keepsVersions, lookActions, type ObjectPlace, objectNow, uriOf } from './object-now.ts'

/** S3 DeleteObject. */
export const s3DeleteObject = defineTool({
  name: 'aws_s3_delete_object',
  title: 'Delete an S3 object',
  description: 'Deletes one S3 object, or one version of it for good.',
  access: 'destructive',
  iamActions: [...lookActions, 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:GetObjectVersion'],
  idempotent: true,
  pack: 'resources',
  input: z.strictObject({
    bucket: bucketName,
    key: objectKey,
    versionId: patternedText(/^[!-~]{1,1024}$/, 'a version id').optional(),
  }),
  output: z.object({
    uri: z.string(),
    versionId: z.string().optional().describe('of what was deleted, or of the delete marker'),
    deleteMarker: z.boolean().optional(),
  }),
  scopeOf: ({ versionId }) => ({
    access: 'destructive',
    iamActions:
      versionId === undefined
        ? [...lookActions, 's3:DeleteObject']
        : ['s3:GetBucketTagging', 's3:ListBucket', 's3:DeleteObjectVersion', 's3:GetObjectVersion'],
  }),
  async confirm(context, input) {
    const { bucket, versionId } = input
    const object = await objectNow(context, input)
    // Deleting nothing would still leave a delete marker.
    if (!object)
      throw new GatewayError('invalid_arguments', 'key: there is no such object, or no such version of it.')
    const what =
      'deleteMarker' in object ? 'a delete marker' : `${object.sizeBytes} bytes from ${object.lastModified}`
    const versioned = versionId === undefined && (await keepsVersions(context, bucket))
    const end =
      'deleteMarker' in object
        ? 'the version before it is then the object again'
        : versioned
          ? 'the bucket keeps it behind a delete marker, so this can be undone'
          : 'this cannot be undone'
    const tags = await bucketTags(context, bucket)
    return {
      effect: `Deletes ${versionId === undefined ? 'an object' : 'one version of an object'}, ${what}; ${end}.`,
      resources: [
        {
          id: uriOf(input),
          ...(versionId !== undefined && { name: `version ${versionId}` }),
          ...(tags && { tags }),
        },
      ],
      details: { ...object, ...(versionId === undefined && { versioned }) },
      sends: { service: 's3', operation: 'DeleteObject', input: deletionOf(input) },
    }
  },
  async run(context, input) {
    const deleted = await typedAws(context, 's3', 'DeleteObject', deletionOf(input))
    return {
      data: { uri: uriOf(input), versionId: deleted.VersionId, deleteMarker: deleted.DeleteMarker },
    }
  },
})

const deletionOf = ({ bucket, key, versionId }: ObjectPlace) => ({
  Bucket: bucket,
  Key: key,
  ...(versionId !== undefined && { VersionId: versionId }),
})
