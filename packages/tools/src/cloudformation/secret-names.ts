import { isSecretName, redacted } from '@gateway/domain'

/**
 * Parameters or outputs by name, without the values of secrets. CloudFormation masks `NoEcho` parameters, but not an output
 * that repeats one (User Guide, "Parameters": NoEcho).
 */
export const withoutSecrets = (values: readonly (readonly [name: string, value: string])[]) =>
  Object.fromEntries(values.map(([name, value]) => [name, isSecret(name) ? redacted : value]))

/**
 * Whether the value under a name of a template is not to be shown. The gateway's own rule is for members of AWS's API, in
 * which the kind of a thing comes last; whoever writes a template may call a secret `ClientSecretV2`, `PasswordOfDb` or
 * `Key`. Values that look like secrets are for the gateway, which looks at all answers (`redactSecrets`).
 */
export const isSecret = (name: string): boolean => {
  if (isSecretName(name)) return true
  const words = name.match(/[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])/g) ?? []
  // The name or ARN of a secret is none.
  if (/^(arn|id|name|alias)$/i.test(words.at(-1) ?? '') && words.length > 1) return false
  return words.some((word) => secretWord.test(word))
}

const secretWord = /^(pass(wd|code|phrase)?|pwd|tokens?|keys?|credentials?)$|password|secret/i
