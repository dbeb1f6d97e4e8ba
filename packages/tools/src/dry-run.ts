import { GatewayError } from '@gateway/domain'

/**
 * Resolves where AWS says that a request with `DryRun` would have been carried out, which it does by an error (EC2 API,
 * "Common client error codes", `DryRunOperation`); any other refusal stays one.
 */
export const dryRunAllowed = async (request: Promise<unknown>): Promise<void> => {
  try {
    await request
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.details.aws?.code === 'DryRunOperation') return
    throw thrown
  }
}
