import { isHarmlessValue, isSecretName, redacted } from '@gateway/domain'

/**
 * Parameters or outputs by name, without the values of secrets. CloudFormation masks `NoEcho` parameters, but not an output
 * that repeats one (User Guide, "Parameters": NoEcho).
 */
export const withoutSecrets = (values: readonly (readonly [name: string, value: string])[]) =>
  Object.fromEntries(values.map(([name, value]) => [name, isSecret(name, value) ? redacted : value]))

/** Whether a value under a name of a template is not to be shown: by the gateway's rule, since one that knows more words
 * hides ARNs, buckets and endpoints that the next call needs. */
export const isSecret = (name: string, value: string): boolean =>
  isSecretName(name) && !isHarmlessValue(value)
