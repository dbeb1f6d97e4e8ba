/** What differs from run to run, and what stands for it; a number tells several of a kind apart. */
const volatile: readonly (readonly [what: RegExp, name: string, numbered: boolean])[] = [
  [/\bi-[0-9a-f]{17}\b/g, 'instance', true],
  [/\br-[0-9a-f]{17}\b/g, 'reservation', true],
  [/\bsg-[0-9a-f]{17}\b/g, 'security group', true],
  [/\bvol-[0-9a-f]{17}\b/g, 'volume', true],
  [/\bmcp-[0-9a-f]{32}\b/g, 'change set', true],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'id', true],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'time', false],
  [/(?<=confirmation = )[\w-]{43}\b/g, 'ticket', false],
  [/http:\/\/\S+(?=\/approvals\/)/g, 'authorization server', false],
  [/(?<=\/approvals\/[a-z-]+\/)[\w-]{43}\b/g, 'ticket', false],
  // Not of a network, which has its length behind a slash.
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b(?!\/)/g, 'address', true],
  [/(?<=AWS request )[\w-]{20,}/g, 'request id', false],
]

/** The text with placeholders for ids, times, addresses and requests, numbered as they first appear. */
export const stableText = (text: string): string =>
  volatile.reduce((result, [what, name, numbered]) => {
    const seen = new Map<string, number>()
    return result.replace(what, (found) => {
      const number = seen.get(found) ?? seen.size + 1
      seen.set(found, number)
      return numbered ? `<${name} ${number}>` : `<${name}>`
    })
  }, text)
