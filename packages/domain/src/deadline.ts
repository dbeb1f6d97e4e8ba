/** A signal that aborts with its parent or after `ms`; `clear` must be called when the work is done. */
export const deadline = (parent: AbortSignal, ms: number) => {
  const controller = new AbortController()
  const forward = () => controller.abort(parent.reason)
  const timer = setTimeout(() => controller.abort(new DOMException('deadline', 'TimeoutError')), ms)
  if (parent.aborted) forward()
  else parent.addEventListener('abort', forward, { once: true })
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      parent.removeEventListener('abort', forward)
    },
  }
}
