import { isIP } from 'node:net'
import { z } from 'zod'

/** An address, or a network as an address and the length of its prefix. */
const isNetwork = (text: string): boolean => {
  const [address = '', length, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128))
}

/**
 * The setting TRUSTED_PROXIES: addresses and networks, comma-separated. Whoever is in none of them says nothing by its
 * `X-Forwarded-For`: limits by address and the audit log would believe what callers make up.
 */
export const trustedProxies = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((each) => each.trim() || []))
  .pipe(
    z.array(
      z
        .string()
        .refine(isNetwork, { error: 'must be addresses or networks such as 10.0.0.0/8, separated by commas' })
        .refine((text) => !/\/0+$/.test(text), { error: 'must not be everybody (/0)' }),
    ),
  )
