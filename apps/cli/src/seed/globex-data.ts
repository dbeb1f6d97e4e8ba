import type { AccountData } from './account-data.ts'
import { csv, gzip, json, numbered, png, text } from './objects.ts'

/** Globex renders films in Virginia. */
export const globexMain: AccountData = {
  instances: [
    { name: 'globex-render-1', type: 'g4dn.2xlarge', environment: 'studio', cpu: 95 },
    { name: 'globex-render-2', type: 'g4dn.2xlarge', environment: 'studio', cpu: 63 },
    { name: 'globex-render-3', type: 'g4dn.2xlarge', environment: 'studio', cpu: 'stopped' },
    { name: 'globex-scheduler', type: 'm5.2xlarge', environment: 'studio', cpu: 18 },
    { name: 'globex-asset-store', type: 'i3.xlarge', environment: 'studio', cpu: 41 },
    { name: 'globex-vpn', type: 't3.nano', environment: 'office', cpu: 4 },
  ],
  buckets: [
    {
      name: 'globex-renders',
      objects: [
        json('films/volcano/film.json', { title: 'Volcano', scenes: 1, frames: 110, codec: 'prores' }),
        ...numbered(110, (n) => png(`films/volcano/scene-1/frame-${n}.png`)),
      ],
    },
    {
      name: 'globex-finance',
      objects: [
        text('README.txt', 'Ledgers per quarter. Ask finance before sharing.\n'),
        csv('ledger/2026-q1.csv', 'entry,account,amount', 400),
        gzip('ledger/2025.csv.gz', 'entry,account,amount\n1,4711,100\n'.repeat(50)),
      ],
    },
  ],
  functions: [
    { name: 'globex-submit-frame', description: 'Queues a frame', runtime: 'python3.13', memory: 256 },
    {
      name: 'globex-bill-studio',
      description: 'Writes invoices',
      runtime: 'nodejs22.x',
      memory: 128,
      environment: { CURRENCY: 'USD' },
    },
  ],
  alarms: [
    {
      name: 'globex-render-1-hot',
      description: 'Render node above 90 percent',
      instance: 'globex-render-1',
      threshold: 90,
      state: 'ALARM',
    },
    {
      name: 'globex-scheduler-cpu',
      description: 'Scheduler above 70 percent',
      instance: 'globex-scheduler',
      threshold: 70,
      state: 'OK',
    },
    {
      name: 'globex-render-3-cpu',
      description: 'Render node above 90 percent',
      instance: 'globex-render-3',
      threshold: 90,
      state: 'INSUFFICIENT_DATA',
    },
  ],
  logGroups: [
    {
      name: '/globex/render',
      stream: 'globex-render-1',
      messages: ['frame started', 'frame finished seconds=41', 'WARN texture cache full', 'ERROR GPU reset'],
      events: 100,
    },
    {
      name: '/aws/lambda/globex-submit-frame',
      stream: '2026/live/[$LATEST]0f9e8d',
      messages: ['INFO queued'],
      events: 20,
    },
  ],
  stack: {
    name: 'globex-render-queue',
    description: 'Frames that wait for a render node',
    queue: 'globex-frames',
    topic: 'globex-frame-done',
  },
}
