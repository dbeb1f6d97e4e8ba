import { defineResource } from '@gateway/domain'
import { aliasesOf } from './prompts/completions.ts'
import { quotaServices } from './quotas/quota-services.ts'
import { quotaActions, readQuotas, serviceCode } from './quotas/read-quotas.ts'

/** Quotas of a service in the default region of an account, as a document that a host can attach to a conversation. */
export const serviceQuotas = defineResource({
  uri: 'aws://{account}/service-quotas/{service}',
  name: 'service-quotas',
  title: 'Service quotas',
  description:
    "The quotas of one AWS service in an account's default region: code, name, value, unit, and whether it can be raised.",
  mimeType: 'application/json',
  access: 'read',
  iamActions: [...quotaActions],
  complete: {
    account: aliasesOf,
    service: (_grant, typed) => quotaServices.filter((code) => code.startsWith(typed)),
  },
  async read(context, { uri, variables: { service = '' } }) {
    if (!serviceCode.test(service)) return undefined
    const { quotas, truncated } = await readQuotas(context, service)
    const text = JSON.stringify({
      account: context.account.alias,
      region: context.region,
      service,
      quotas: quotas.map(({ metric, perSeconds, ...quota }) => ({
        ...quota,
        ...(perSeconds !== undefined && { perSeconds }),
      })),
      truncated,
    })
    return [{ uri, mimeType: 'application/json', text }]
  },
})
