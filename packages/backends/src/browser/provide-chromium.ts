import type { BackendOptions } from '../backend-kind.ts'
import { findOnPath, installDebianPackage } from '../programs.ts'

/** Names of the program, the one that tests are written with first; Chrome is the same browser. */
const names = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser']

/** Path of Chromium, which is installed where that is allowed; rejects with what to install where there is none. */
export const provideChromium = async (options: BackendOptions): Promise<string> => {
  const find = () => names.map((name) => findOnPath(name, options.env)).find((path) => path !== undefined)
  const installed = find()
  if (installed !== undefined) return installed
  await installDebianPackage('chromium', { say: () => {}, mayInstall: false, ...options })
  const found = find()
  if (found !== undefined) return found
  throw new Error(
    'Chromium: there is none on the PATH. ' +
      'Install it (Debian: apt-get install chromium; macOS: brew install --cask chromium), or Google Chrome.',
  )
}
