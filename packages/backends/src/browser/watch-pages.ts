import type { BrowserContext } from 'playwright-core'

/**
 * Collects what pages of a browser complain of from now on: errors and warnings of the console, what their
 * Content-Security-Policy stopped, and scripts that failed. That a page itself was answered with an error is none.
 */
export const watchPages = async (context: BrowserContext): Promise<readonly string[]> => {
  const complaints: string[] = []
  await context.addInitScript({ content: tellOfPolicy })
  context.on('console', (message) => {
    const { url } = message.location()
    const ofPageItself = /^Failed to load resource/.test(message.text()) && url === message.page()?.url()
    if (['error', 'warning'].includes(message.type()) && !ofPageItself) {
      complaints.push(`${url}: ${message.text()}`)
    }
  })
  context.on('weberror', (thrown) => complaints.push(String(thrown.error())))
  return complaints
}

const tellOfPolicy = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy ' + event.effectiveDirective + ' stopped ' + event.blockedURI)
})`
