/** Parameters of a Bearer challenge, or undefined where the text is none (RFC 9110 section 11.6.1). */
export const bearerParameters = (text: string): ReadonlyMap<string, string> | undefined => {
  const scheme = /^bearer +/i.exec(text)
  if (!scheme) return undefined
  const found = new Map<string, string>()
  let rest = text.slice(scheme[0].length)
  while (rest !== '') {
    const parameter =
      /^([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\\r\n]|\\.)*)"|([!#$%&'*+.^_`|~\w-]+))(?: *, *|$)/.exec(rest)
    const name = parameter?.[1]?.toLowerCase()
    if (!parameter || name === undefined || found.has(name)) return undefined
    found.set(name, (parameter[2] ?? parameter[3] ?? '').replace(/\\(.)/g, '$1'))
    rest = rest.slice(parameter[0].length)
  }
  return found
}
