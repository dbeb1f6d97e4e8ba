/** Every value of the header `name` (in small letters) in Node's raw headers: names and values in turn. */
export const headerValues = (rawHeaders: readonly string[], name: string): string[] => {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const each = rawHeaders[i]
    // Only a name of the same length can be the one in other letters; most need no copy.
    if (each?.length === name.length && each.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '')
  }
  return values
}
