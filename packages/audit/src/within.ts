/** What a promise comes to, or a rejection when it takes longer than `ms`; what it comes to later is nobody's. */
export const within = async <Value>(ms: number, promise: Promise<Value>): Promise<Value> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`nothing came within ${ms} ms`)), ms)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
