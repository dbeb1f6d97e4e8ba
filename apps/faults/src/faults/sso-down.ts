import type { Fault } from '../fault.ts'

/** Those whose keys are known go on; whoever comes from a company that nobody has come from before must wait. */
export const ssoDown: Fault = {
  name: 'sso-down',
  what: "the companies' sign-in is away, and somebody new comes",
  async strike({ sso, load, latecomer }) {
    await sso.fail()
    load.join(latecomer)
    return sso.mend
  },
}
