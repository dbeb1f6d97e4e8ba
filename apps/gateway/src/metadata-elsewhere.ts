/** Milliseconds that the metadata is believed, that it may take to tell it, and that nobody asks again after a failure. */
const lifeMs = 300_000
const patienceMs = 2_000
const pauseMs = 2_000

/**
 * Asks the authorization server of another process for its metadata (RFC 8414), as JSON: once for all who ask meanwhile, since
 * these are strangers. Rejects while it does not answer, and where the document is of another issuer (section 3.3).
 */
export const metadataElsewhere = (issuer: string, now: () => number): (() => Promise<string>) => {
  let known: { readonly text: string; readonly at: number } | undefined
  let failed: { readonly cause: unknown; readonly at: number } | undefined
  let asking: Promise<string> | undefined

  const ask = async (): Promise<string> => {
    const answer = await fetch(`${issuer}/.well-known/oauth-authorization-server`, {
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    })
    if (answer.status !== 200) {
      await answer.body?.cancel()
      throw new Error(`the authorization server answered ${answer.status}`)
    }
    const document = Object(await answer.json()) as { readonly issuer?: unknown }
    if (document.issuer !== issuer) throw new Error('the authorization server is of another issuer')
    return JSON.stringify(document)
  }

  return async () => {
    if (known && now() - known.at < lifeMs) return known.text
    if (failed && now() - failed.at < pauseMs) throw failed.cause
    asking ??= ask()
      .then(
        (text) => {
          known = { text, at: now() }
          failed = undefined
          return text
        },
        (cause: unknown) => {
          failed = { cause, at: now() }
          throw cause
        },
      )
      .finally(() => {
        asking = undefined
      })
    return asking
  }
}
