import type { Environment } from './read-settings.ts'

/** Where credentials come from: one profile and nothing else, or what the AWS SDK finds by itself. */
export type CredentialSource = `profile ${string}` | 'environment' | 'web identity token' | 'default chain'

/**
 * The source that is asked first: the profile, else keys of the environment, which the SDK's default chain begins with
 * (AWS SDK for JavaScript, `fromNodeProviderChain`). A name and never a value.
 */
export const credentialSource = (profile: string | undefined, env: Environment): CredentialSource => {
  if (profile !== undefined) return `profile ${profile}`
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return 'environment'
  return env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN ? 'web identity token' : 'default chain'
}
