import { isPlainId } from '../arn-template.ts'
import { anyResource, arnIn, type ResourceRule } from '../asked-action.ts'
import { textsAt } from '../input-texts.ts'

/** Queues, which requests name by their URL (Amazon SQS Developer Guide, "Queue and message identifiers"). */
export const sqsResources: ResourceRule = ({ request, place, types }) => {
  const urls = textsAt(request.input, 'QueueUrl')
  const names = textsAt(request.input, 'QueueName')
  if (types.every(({ type }) => type === undefined) || urls.length + names.length === 0) return undefined
  const ofOwner = textsAt(request.input, 'QueueOwnerAWSAccountId')[0] ?? place.accountId
  return [
    ...urls.map((url) => {
      const [, host = '', account, name = ''] =
        /^https?:\/\/([^/]+)\/(\d{12})\/([\w-]+(?:\.fifo)?)$/.exec(url) ?? []
      // What a host of another region would answer to a request that is signed for this one, nobody knows.
      if (account === undefined || !isOf(place.region, host)) return anyResource
      return { type: 'queue', arn: arnIn('sqs', { ...place, accountId: account })(name) }
    }),
    ...names.map((name) =>
      isPlainId(name) && /^\d{12}$/.test(ofOwner)
        ? { type: 'queue', arn: arnIn('sqs', { ...place, accountId: ofOwner })(name) }
        : anyResource,
    ),
  ]
}

/** Whether a host names no other region; the oldest one names none and is of the first region. */
const isOf = (region: string, host: string): boolean =>
  host.toLowerCase() === 'queue.amazonaws.com'
    ? region === 'us-east-1'
    : host
        .toLowerCase()
        .split('.')
        .every((label) => label === region || !/^[a-z]{2}(-[a-z]+)+-\d+$/.test(label))

/** Topics, also by the ARN of a subscription, which is theirs with an id at its end; a text message to a telephone has none. */
export const snsResources: ResourceRule = ({ request, place, types }) => {
  const { input, operation } = request
  if (types.every(({ type }) => type === undefined)) return undefined
  const named = ['TopicArn', 'TargetArn', 'ResourceArn', 'SubscriptionArn'].flatMap((path) =>
    textsAt(input, path),
  )
  if (textsAt(input, 'PhoneNumber').length > 0) return [anyResource]
  const found = named.map((arn) => {
    const [, topic] = /^(arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+)(?::[\w-]+)?$/.exec(arn) ?? []
    return topic === undefined ? anyResource : { type: 'topic', arn: topic }
  })
  if (found.length > 0) return found
  const names = operation === 'CreateTopic' ? textsAt(input, 'Name') : []
  return names.length === 0
    ? undefined
    : names.map((name) => (isPlainId(name) ? { type: 'topic', arn: arnIn('sns', place)(name) } : anyResource))
}
