import { formSourceOf } from './destination.ts'
import { pageStyleSource } from './page-style.ts'

/**
 * Headers of every page. `formTargets` are the URIs to which the answer to the page's form may redirect, anywhere down the
 * chain: Chromium stops a redirect after a form that `form-action` does not name; a page without such a form needs none.
 * Throws `bad_request` for a URI that a browser must not be sent to.
 *
 * Without referrer, browsers post forms with `Origin: null`: `Sec-Fetch-Site` says where they come from. There is no
 * Cross-Origin-Opener-Policy: it would cut off the window of an app in a browser that waits for its pop-up to come back.
 */
export const pageHeaders = ({ formTargets }: { readonly formTargets: readonly string[] }) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${pageStyleSource}`,
    `form-action ${[...new Set(["'self'", ...formTargets.map(formSourceOf)])].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'permissions-policy': `${powers.map((power) => `${power}=()`).join(', ')}`,
})

/** What a page could ask a browser for, and these never do. */
const powers = [
  'camera',
  'display-capture',
  'geolocation',
  'microphone',
  'payment',
  'publickey-credentials-get',
  'usb',
]
