import type { Tracer } from '@gateway/domain'
import { idsOnly } from './trace-ids.ts'
import type { SdkTracingOptions } from './trace-sdk.ts'
import type { TraceSettings } from './trace-settings.ts'

/** The tracer of a process. */
export interface Tracing {
  readonly tracer: Tracer
  /** Whether anything comes of its spans but their ids. */
  readonly exported: boolean
  /** Exports what is held, for as long as a stopping process can wait; never rejects. */
  close(): Promise<void>
}

/** Milliseconds that a stopping process waits for its collector. */
const patience = 3_000

/** Opens the tracer; without `settings` nothing of OpenTelemetry is loaded, and spans are nothing but ids. */
export const openTracing = async (
  settings: TraceSettings | undefined,
  options: SdkTracingOptions,
): Promise<Tracing> => {
  if (!settings) return { tracer: idsOnly(), exported: false, close: async () => undefined }
  const { sdkTracing } = await import('./trace-sdk.ts')
  const { tracer, shutdown } = sdkTracing(settings, options)
  return {
    tracer,
    exported: true,
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, patience)
      await Promise.race([shutdown().catch(() => undefined), promise])
      clearTimeout(timer)
    },
  }
}
