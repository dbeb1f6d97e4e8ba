import type { AccountData } from './account-data.ts'
import { csv, gzip, html, json, numbered, png, text } from './objects.ts'

/** Acme sells anvils on the web; its production runs in Ireland, with one machine in Virginia. */
export const acmeProd: AccountData = {
  instances: [
    { name: 'acme-web-1', type: 't3.large', environment: 'production', cpu: 34 },
    { name: 'acme-web-2', type: 't3.large', environment: 'production', cpu: 31 },
    { name: 'acme-api-1', type: 'c6i.xlarge', environment: 'production', cpu: 47 },
    { name: 'acme-checkout-worker', type: 'c6i.2xlarge', environment: 'production', cpu: 92 },
    { name: 'acme-orders-db', type: 'r6i.2xlarge', environment: 'production', cpu: 22 },
    { name: 'acme-bastion', type: 't3.micro', environment: 'production', cpu: 'stopped' },
    { name: 'acme-reports-2019', type: 'm5.xlarge', environment: 'production', cpu: 'stopped' },
    { name: 'acme-edge-us', type: 't3.medium', environment: 'production', cpu: 12, region: 'us-east-1' },
  ],
  buckets: [
    {
      name: 'acme-prod-website',
      objects: [
        html(
          'index.html',
          '<!doctype html>\n<title>Acme Anvils</title>\n<h1>Anvils, delivered anywhere</h1>\n',
        ),
        text('robots.txt', 'User-agent: *\nDisallow: /checkout\n'),
        json('config/site.json', {
          name: 'Acme Anvils',
          currency: 'EUR',
          checkout: { provider: 'payments-2' },
        }),
        png('images/anvil.png'),
        csv('exports/orders.csv', 'order,customer,anvils,cents', 12_000),
      ],
    },
    {
      name: 'acme-prod-access-logs',
      objects: [
        ...numbered(250, (n) => text(`web/part-${n}.log`, `GET /anvils/${n} 200 ${Number(n) % 90} ms\n`)),
        gzip('archive/2025.log.gz', 'GET /anvils 200 12 ms\n'.repeat(500)),
      ],
    },
  ],
  functions: [
    {
      name: 'acme-checkout',
      description: 'Takes orders',
      runtime: 'nodejs22.x',
      memory: 512,
      environment: { STAGE: 'production' },
    },
    { name: 'acme-resize-image', description: 'Makes thumbnails', runtime: 'python3.13', memory: 1024 },
    { name: 'acme-nightly-report', description: 'Mails the sales', runtime: 'python3.13', memory: 256 },
  ],
  alarms: [
    {
      name: 'acme-checkout-cpu-high',
      description: 'Checkout worker above 85 percent',
      instance: 'acme-checkout-worker',
      threshold: 85,
      state: 'ALARM',
    },
    {
      name: 'acme-web-cpu-high',
      description: 'Web server above 80 percent',
      instance: 'acme-web-1',
      threshold: 80,
      state: 'OK',
    },
    {
      name: 'acme-bastion-cpu-high',
      description: 'Bastion above 80 percent',
      instance: 'acme-bastion',
      threshold: 80,
      state: 'INSUFFICIENT_DATA',
    },
  ],
  logGroups: [
    {
      name: '/aws/lambda/acme-checkout',
      stream: '2026/live/[$LATEST]a1b2c3',
      messages: [
        'INFO order accepted anvils=1',
        'INFO order accepted anvils=3',
        'WARN payment provider slow ms=2140',
        'ERROR payment refused: card expired',
      ],
      events: 120,
    },
    {
      name: '/acme/web',
      stream: 'acme-web-1',
      messages: ['GET / 200 12 ms', 'GET /anvils 200 31 ms', 'POST /checkout 502 3012 ms'],
      events: 90,
    },
  ],
  stack: {
    name: 'acme-order-events',
    description: 'Orders on their way from checkout to the warehouse',
    queue: 'acme-orders',
    topic: 'acme-order-accepted',
  },
}

/** Where Acme's developers try things. */
export const acmeDev: AccountData = {
  instances: [
    { name: 'acme-dev-box', type: 't3.medium', environment: 'development', cpu: 8 },
    { name: 'acme-ci-runner-1', type: 'm5.large', environment: 'development', cpu: 55 },
    { name: 'acme-ci-runner-2', type: 'm5.large', environment: 'development', cpu: 'stopped' },
    { name: 'acme-load-test', type: 'c5.4xlarge', environment: 'development', cpu: 'stopped' },
  ],
  buckets: [
    {
      name: 'acme-dev-artifacts',
      objects: [
        text('README.txt', 'Builds of the last weeks. Delete at will.\n'),
        ...numbered(15, (n) => json(`builds/${n}/result.json`, { build: Number(n), passed: n !== '0013' })),
        gzip('builds/latest.js.gz', 'export const anvils = []\n'.repeat(100)),
      ],
    },
  ],
  functions: [{ name: 'acme-dev-echo', description: 'Echoes', runtime: 'nodejs22.x', memory: 128 }],
  alarms: [
    {
      name: 'acme-ci-runner-busy',
      description: 'CI runner above 90 percent',
      instance: 'acme-ci-runner-1',
      threshold: 90,
      state: 'OK',
    },
  ],
  logGroups: [
    {
      name: '/aws/lambda/acme-dev-echo',
      stream: '2026/dev/[$LATEST]d4e5f6',
      messages: ['INFO echo', 'DEBUG nothing to do'],
      events: 20,
    },
  ],
  stack: {
    name: 'acme-dev-playground',
    description: 'A queue and a topic to play with',
    queue: 'acme-dev-queue',
    topic: 'acme-dev-topic',
  },
}
