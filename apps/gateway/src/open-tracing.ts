import { randomUUID } from 'node:crypto'
import { openTracing, type TraceSettings, type Tracing } from '@gateway/telemetry'
import { version } from './version.ts'

/** The tracer of the gateway; `log` hears that spans are lost. */
export const openGatewayTracing = (
  settings: TraceSettings | undefined,
  { onFault, now }: { onFault(fields: object, message: string): void; now(): number },
): Promise<Tracing> => openTracing(settings, { version, instance: randomUUID(), onFault, now })
