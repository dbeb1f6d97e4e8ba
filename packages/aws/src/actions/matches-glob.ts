/** Whether a text fits a pattern with `*` and `?`, in whatever case; takes time by the product of their lengths at most. */
export const matchesGlob = (pattern: string, text: string): boolean => {
  const [wanted, given] = [pattern.toLowerCase(), text.toLowerCase()]
  let at = 0
  let star = -1
  let retry = 0
  let i = 0
  while (at < given.length) {
    if (i < wanted.length && wanted[i] !== '*' && (wanted[i] === '?' || wanted[i] === given[at])) {
      i += 1
      at += 1
    } else if (wanted[i] === '*') {
      star = i
      retry = at
      i += 1
    } else if (star >= 0) {
      retry += 1
      at = retry
      i = star + 1
    } else return false
  }
  while (wanted[i] === '*') i += 1
  return i === wanted.length
}
