/** What one AWS account holds. */
export interface Seeded {
  readonly accountId: string
  readonly bucket: string
  readonly instanceId: string
  /** In every key, body and name of the account, and nowhere else. */
  readonly marker: string
}

/** Puts a bucket of five objects and an instance, with tags, into an account of moto; `run` keeps the names of runs apart. */
export const seedAccount = async (
  awsUrl: string,
  accountId: string,
  run: string,
  tags: Readonly<Record<string, string>> = {},
): Promise<Seeded> => {
  const marker = `marker-${run}-of-${accountId}`
  const bucket = `bucket-${run}-${accountId}`
  const ask = async (service: string, method: string, path: string, body: string): Promise<string> => {
    const response = await fetch(`${awsUrl}${path}`, {
      method,
      body,
      headers: {
        // moto acts in this account, and checks no signature.
        'x-moto-account-id': accountId,
        authorization: `AWS4-HMAC-SHA256 Credential=seed/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=seed`,
        'content-type': service === 'ec2' ? 'application/x-www-form-urlencoded' : 'text/plain',
      },
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`moto refused ${method} ${path}: ${text}`)
    return text
  }
  const place = '<LocationConstraint>eu-west-1</LocationConstraint>'
  await ask('s3', 'PUT', `/${bucket}`, `<CreateBucketConfiguration>${place}</CreateBucketConfiguration>`)
  for (let i = 0; i < 5; i++) await ask('s3', 'PUT', `/${bucket}/${marker}-${i}`, `body of ${marker}`)
  const form = new URLSearchParams({
    Action: 'RunInstances',
    Version: '2016-11-15',
    ImageId: 'ami-12345678',
    MinCount: '1',
    MaxCount: '1',
    'TagSpecification.1.ResourceType': 'instance',
    ...Object.fromEntries(
      Object.entries({ Name: marker, ...tags }).flatMap(([key, value], index) => [
        [`TagSpecification.1.Tag.${index + 1}.Key`, key],
        [`TagSpecification.1.Tag.${index + 1}.Value`, value],
      ]),
    ),
  })
  const started = await ask('ec2', 'POST', '/', form.toString())
  const instanceId = /<instanceId>(.*?)</.exec(started)?.[1]
  if (instanceId === undefined) throw new Error('moto started no instance')
  return { accountId, bucket, instanceId, marker }
}
