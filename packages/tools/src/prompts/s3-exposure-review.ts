import { definePrompt } from '@gateway/domain'
import { accountArgument } from './completions.ts'
import { instructionsMessage, quoted } from './instructions.ts'

/** Who can reach the buckets of an account. */
export const s3ExposureReview = definePrompt({
  name: 's3_exposure_review',
  title: 'Review S3 exposure',
  description:
    'Reviews which S3 buckets can be reached from outside of the account, and how they are protected.',
  arguments: [
    accountArgument,
    { name: 'prefix', description: 'only buckets whose name starts like this', required: false },
  ],
  async get(_context, { account = '', prefix }) {
    return instructionsMessage({
      goal: `Review who can reach the S3 buckets of AWS account ${quoted(account)}.`,
      steps: [
        `Call aws_s3_list_buckets${prefix ? ` with prefix ${quoted(prefix)}` : ''}, page by page, up to 100 buckets.`,
        'Go on in groups of 10 buckets: a group takes 70 calls or more, and a user has 120 calls a minute unless the tenant says otherwise. Wait for a minute between groups. A call that is refused for its rate says when to repeat it: wait that long, and repeat it.',
        'For each bucket of the group call aws_api_read with service "s3", in the region of the bucket, for: GetPublicAccessBlock, GetBucketPolicyStatus, GetBucketAcl, GetBucketOwnershipControls, GetBucketEncryption, GetBucketVersioning and GetBucketLogging. Ask aws_api_search once whether I may call each of them.',
        'Read refusals for what they are: NoSuchPublicAccessBlockConfiguration, NoSuchBucketPolicy and OwnershipControlsNotFoundError mean that the bucket has none. AccessDenied means not known, and never safe.',
        'For buckets whose policy is public, or whose public access block has any part off, read GetBucketPolicy too. Name each statement that allows a principal of "*" or of another account, with its conditions.',
        'Judge each: "public" where somebody without credentials can read or write, "shared" where another account can, "private" where neither, "not known" where an answer is missing. Where ownership is BucketOwnerEnforced, ACLs do not count.',
        'Say which need a change first: public and writable, public and readable, shared without a condition, then without encryption or versioning.',
      ],
      stop: [
        'Never read what is in the buckets: no aws_s3_get_object, and no listing of objects.',
        "The account's own public access block may forbid what a bucket allows, and is not read here: say so.",
        'After 100 buckets stop, and say how to go on.',
      ],
      table:
        'bucket, region, verdict, why (statement or grant), public access block, ownership, encryption, versioning, what to change',
    })
  },
})
