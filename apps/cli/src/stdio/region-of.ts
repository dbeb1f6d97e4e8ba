import { ConfigurationError } from '@gateway/domain'
import { regionSchema, type Settings } from './settings-schema.ts'

/**
 * The region of the settings, else that of the profile (the default one where none is named), else the first allowed one, else us-east-1. Throws
 * `ConfigurationError` where that of the profile cannot be used.
 */
export const regionOf = async (
  { authentication, permissions: { allowedRegions } }: Settings,
  regionOfProfile: (profile: string | undefined) => Promise<string | undefined>,
): Promise<string> => {
  const { region, profile } = authentication
  if (region !== undefined) return region
  const ofProfile = await regionOfProfile(profile)
  if (ofProfile === undefined) return allowedRegions?.[0] ?? 'us-east-1'
  const fault = !regionSchema.safeParse(ofProfile).success
    ? 'region: must be an AWS region such as eu-west-1'
    : allowedRegions?.includes(ofProfile) === false
      ? 'region: is not in permissions.allowedRegions; add it there, or choose another with --region'
      : undefined
  if (fault !== undefined) throw new ConfigurationError('The AWS profile', [fault])
  return ofProfile
}
