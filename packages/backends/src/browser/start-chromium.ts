import type { Browser } from 'playwright-core'
import type { BackendOptions } from '../backend-kind.ts'
import { provideChromium } from './provide-chromium.ts'

/** No name but those of this machine leads anywhere, so a page under test reaches nothing else. */
const onlyThisMachine = 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'

/** Starts a Chromium without a window that reaches nothing but this machine. */
export const startChromium = async (options: BackendOptions): Promise<Browser> => {
  const executablePath = await provideChromium(options)
  // Not from the start: the sandbox imports this package too.
  const { chromium } = await import('playwright-core')
  return chromium.launch({
    executablePath,
    // Root has none, other systems forbid it, and these pages are all of this repository.
    chromiumSandbox: false,
    args: [`--host-resolver-rules=${onlyThisMachine}`, '--disable-dev-shm-usage'],
    env: definedOf(options.env),
  })
}

const definedOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
