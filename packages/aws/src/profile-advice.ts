/** What a person is told whose own AWS credentials do not do. */
export interface Trouble {
  /** Absent means the credentials that the SDK found by itself. */
  readonly profile: string | undefined
  /** AWS has been asked and does not accept them. */
  readonly invalid: boolean
  /** Message of the SDK, to be looked at and never repeated. */
  readonly told: string
}

/** Says what to run, since the only reader is the operator at their own machine. */
export const adviceOn = ({ profile, invalid, told }: Trouble): string => {
  const which = profile === undefined ? 'The AWS profile in use' : `AWS profile "${profile}"`
  const flag = profile === undefined ? '' : ` --profile ${profile}`
  if (invalid) {
    return profile === undefined
      ? 'The AWS credentials of this machine are not accepted by AWS or have expired. Renew them: aws sso login, aws login, or new AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.'
      : `${which} has credentials that AWS does not accept or that have expired. Renew them: aws sso login${flag}, or aws configure${flag}.`
  }
  if (told.startsWith('Could not resolve credentials using profile')) {
    return `${which} does not exist or names no credentials. See which there are: aws configure list-profiles. Make one: aws configure sso${flag}.`
  }
  if (told.startsWith('Could not load credentials from any providers')) {
    return 'No AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in: aws configure sso, then aws sso login. Or name a profile that has some: AWS_PROFILE.'
  }
  if (/\bSSO\b/i.test(told)) return `${which} is signed out. Sign in: aws sso login${flag}.`
  if (/aws login|re-?authenticate|Failed to load.* token/i.test(told)) {
    return `${which} is signed out. Sign in: aws login${flag}.`
  }
  if (/multi-factor/i.test(told)) {
    return `${which} asks for an MFA code, which the gateway cannot enter. Use a profile with SSO, or one with session credentials.`
  }
  return `${which} gave no credentials. See why: aws sts get-caller-identity${flag}.`
}
