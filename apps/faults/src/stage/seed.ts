import { bucketOf, companies, region } from './tenants.ts'

/** Empties the stand-in, and makes a bucket for each company. */
export const seedAws = async (url: string): Promise<void> => {
  await ask(`${url}/moto-api/reset`, { method: 'POST' })
  for (const { id, accountId } of companies) {
    await ask(`${url}/${bucketOf(id)}`, {
      method: 'PUT',
      body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
      headers: {
        // moto acts in this account, and checks no signature.
        'x-moto-account-id': accountId,
        authorization: `AWS4-HMAC-SHA256 Credential=seed/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=seed`,
      },
    })
  }
}

const ask = async (url: string, init: RequestInit): Promise<void> => {
  const response = await fetch(url, init)
  const text = await response.text()
  if (!response.ok) throw new Error(`the stand-in refused ${url}: ${text}`)
}
