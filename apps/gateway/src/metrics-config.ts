import { z } from 'zod'

/** Settings of the internal port, as they stand in the environment. */
export const metricsEnvironment = {
  METRICS_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .pipe(z.int().max(65_535))
    .optional(),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
}

const metricsSchema = z.object(metricsEnvironment)

/** Where metrics and the state of the process are told, to nobody but those who look after it. */
export interface MetricsConfig {
  readonly host: string
  readonly port: number
}

type Given = Readonly<Record<string, string | undefined>>

/** Faults between these settings and others. */
export const metricsFaults = (given: Given): string[] => {
  const { METRICS_PORT: port } = given
  if (port === undefined) {
    return given.METRICS_HOST === undefined
      ? []
      : ['METRICS_HOST: says nothing without METRICS_PORT, the port of the metrics']
  }
  const others = [given.PORT ?? '3000', given.AUTHORIZATION_PORT].flatMap((other) => other ?? [])
  return Number(port) !== 0 && others.some((other) => Number(other) === Number(port))
    ? ['METRICS_PORT: must be a port of its own, which nobody reaches from outside']
    : []
}

/** The settings once they have no faults; undefined where no metrics are served. */
export const metricsConfig = (values: z.infer<typeof metricsSchema>): MetricsConfig | undefined =>
  values.METRICS_PORT === undefined
    ? undefined
    : { host: values.METRICS_HOST.replace(/^\[(.*)\]$/, '$1'), port: values.METRICS_PORT }
