/** Where the process says that it runs; the second is what it was called before. */
export const livePaths: readonly string[] = ['/livez', '/healthz']

/** Where it says whether it can serve. */
export const readyPath = '/readyz'

/** Whether a path, or a request target with its query, is one that whoever looks after the process asks: never refused, never traced. */
export const isHealthPath = (target = ''): boolean => {
  const [path = ''] = target.split('?')
  return path === readyPath || livePaths.includes(path)
}
