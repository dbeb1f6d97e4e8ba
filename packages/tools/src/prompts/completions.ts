import type { Complete, Prompt } from '@gateway/domain'
import { quotaServices } from '../quotas/quota-services.ts'

/** Aliases of the accounts that the caller may use. */
export const aliasesOf: Complete = ({ accounts }, typed) =>
  accounts.map(({ account }) => account.alias).filter((alias) => alias.startsWith(typed))

/** Regions that the tenant allows. */
export const regionsOf: Complete = ({ tenant }, typed) =>
  tenant.permissions.allowedRegions.filter((region) => region.startsWith(typed))

/** Services that the tenant allows. */
export const servicesOf: Complete = ({ tenant }, typed) =>
  tenant.permissions.allowedServices.filter((service) => service.startsWith(typed))

/** Services whose quotas can be asked for, those of the tenant first. */
export const quotaServicesOf: Complete = ({ tenant }, typed) => {
  const { allowedServices } = tenant.permissions
  const [own, others] = [
    quotaServices.filter((code) => allowedServices.includes(code)),
    quotaServices.filter((code) => !allowedServices.includes(code)),
  ]
  return [...own, ...others].filter((code) => code.startsWith(typed))
}

/** One of a few words. */
export const oneOf =
  (...words: readonly string[]): Complete =>
  (_grant, typed) =>
    words.filter((word) => word.startsWith(typed))

/** The account that a prompt is about. */
export const accountArgument: Prompt['arguments'][number] = {
  name: 'account',
  description: 'alias of the account, as aws_whoami shows it',
  required: true,
  complete: aliasesOf,
}

/** The region that a prompt is about. */
export const regionArgument: Prompt['arguments'][number] = {
  name: 'region',
  description: "AWS region; the account's own unless given",
  required: false,
  complete: regionsOf,
}
