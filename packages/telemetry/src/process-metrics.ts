import { readdir } from 'node:fs/promises'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'

/** Milliseconds between looks at the event loop; Node counts them as delay. */
const resolution = 10

/** What a process is made of, under the names that the dashboards of others know; `close` ends its watch of the event loop. */
export const processMetrics = (registry: Registry): { close(): void } => {
  const registers = [registry]
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  const lag = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolution / 1e3)
  let used = performance.eventLoopUtilization()

  // Metrics are collected in the order in which they are made, so the first of several that are read at once reads for all.
  new Gauge({
    name: 'nodejs_eventloop_lag_p99_seconds',
    help: 'Delay of the event loop that 99 % of looks were below, since the last scrape.',
    registers,
    collect() {
      this.set(lag(delay.percentile(99)))
      lagMax.set(lag(delay.max))
      delay.reset()
    },
  })
  const lagMax = new Gauge({
    name: 'nodejs_eventloop_lag_max_seconds',
    help: 'Longest delay of the event loop since the last scrape.',
    registers,
  })
  new Gauge({
    name: 'nodejs_eventloop_utilization_ratio',
    help: 'Share of the time since the last scrape in which the event loop was busy.',
    registers,
    collect() {
      const now = performance.eventLoopUtilization()
      this.set(performance.eventLoopUtilization(now, used).utilization)
      used = now
    },
  })
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      const { rss, heapUsed, external: outside } = process.memoryUsage()
      this.set(rss)
      heap.set(heapUsed)
      external.set(outside)
    },
  })
  const heap = new Gauge({ name: 'nodejs_heap_size_used_bytes', help: 'Used heap of V8.', registers })
  const external = new Gauge({
    name: 'nodejs_external_memory_bytes',
    help: 'Memory of buffers outside of the heap.',
    registers,
  })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time, of the user and the system.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1e6)
    },
  })
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since the epoch.',
    registers,
  }).set(performance.timeOrigin / 1000)
  new Gauge({
    name: 'process_open_fds',
    help: 'Open file descriptors, where the system tells.',
    registers,
    async collect() {
      const open = await readdir('/proc/self/fd').catch(() => undefined)
      if (open) this.set(open.length - 1)
      else this.remove()
    },
  })
  return { close: () => delay.disable() }
}
