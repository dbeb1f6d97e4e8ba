import { interactionPolicy } from 'oidc-provider'

/**
 * Who asks for authorization is always asked back: for consent and then for a sign-in at the company's SSO, in this order and
 * for every request. A remembered sign-in would otherwise hand a code to whoever sends a link (CVE-2026-27124). `prompt=none` is
 * answered with `login_required`.
 */
export const signInPolicy = (): interactionPolicy.DefaultPolicy => {
  const policy = interactionPolicy.base()
  const { Check } = interactionPolicy
  for (const name of ['login', 'consent'] as const) {
    const prompt = policy.get(name)
    if (!prompt) throw new TypeError(`oidc-provider has no prompt ${name}`)
    prompt.checks.clear()
    prompt.checks.add(
      new Check(
        `${name}_of_this_request`,
        'the person has not been asked yet',
        'login_required',
        (ctx) => !ctx.oidc.result?.[name],
      ),
    )
  }
  return policy
}
