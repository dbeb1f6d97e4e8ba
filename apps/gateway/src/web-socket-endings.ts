import { asGatewayError, type Principal } from '@gateway/domain'
import { rpcCodes } from '@gateway/mcp'
import type { Revocations } from './revocations.ts'

/** Close codes (RFC 6455 section 7.4.1, and the registry of section 11.7). */
export const codes = {
  goingAway: 1001,
  unsupportedData: 1003,
  policyViolation: 1008,
  serviceRestart: 1012,
  tryAgainLater: 1013,
} as const

/** Why a WebSocket is closed. */
export type Ending = readonly [code: number, reason: string]

/** By why its tenant or its caller has it ended. */
export const endings = {
  changed: [codes.serviceRestart, 'The settings of your company have changed. Connect again.'],
  refused: [codes.policyViolation, 'Your company is not served here any more.'],
  revoked: [codes.policyViolation, 'Your sign-in was revoked. Sign in again.'],
  expired: [codes.policyViolation, 'The access token has expired.'],
  flooded: [codes.policyViolation, 'Too many messages.'],
  stopping: [codes.goingAway, 'This replica is stopping. Connect again.'],
  untold: [codes.tryAgainLater, 'It cannot be told just now whether your sign-in still holds.'],
} as const satisfies Record<string, Ending>

/** What is said to a message that is none. */
export const notJson = { code: rpcCodes.parseError, message: 'The message is not valid JSON.' }
export const badFrame = {
  code: rpcCodes.invalidRequest,
  message: 'The frame is not one that is taken.',
}

/** How the WebSocket of a caller must end who would not be let in now; undefined for who would be. */
export const endingOf = async (
  revocations: Pick<Revocations, 'check'>,
  principal: Principal,
): Promise<Ending | undefined> => {
  try {
    await revocations.check(principal)
    return undefined
  } catch (thrown) {
    return asGatewayError(thrown).status === 401 ? endings.revoked : endings.untold
  }
}
