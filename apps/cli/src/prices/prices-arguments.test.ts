import { expect, test } from 'vitest'
import { pricesUsage, publicPriceList, readPricesWords } from './prices-arguments.ts'

const read = (words: string) => readPricesWords(words.split(' ').filter(Boolean))
const offers = ['AmazonEC2', 'AWSLambda', 'AmazonS3', 'AmazonRDS', 'AWSELB', 'AmazonVPC', 'AmazonEKS']
const plain = { offers, force: false, json: false }

test.each([
  ['', { from: { kind: 'url', url: publicPriceList } }],
  ['--file a.json --file b.json', { from: { kind: 'files', files: ['a.json', 'b.json'] } }],
  ['--url https://mirror.example/prices/', { from: { kind: 'url', url: 'https://mirror.example/prices' } }],
  ['--url http://127.0.0.1:8080', { from: { kind: 'url', url: 'http://127.0.0.1:8080' } }],
  ['--api --profile work', { from: { kind: 'api', profile: 'work' } }],
  [
    '--region eu-west-1,us-east-1 --region eu-west-1 --offer AmazonEC2 --out t.json --force --json',
    {
      from: { kind: 'url', url: publicPriceList },
      regions: ['eu-west-1', 'us-east-1'],
      offers: ['AmazonEC2'],
      out: 't.json',
      force: true,
      json: true,
    },
  ],
])('refresh %s', (words, asked) => {
  expect(read(`refresh ${words}`)).toEqual({ asked: { ...plain, ...asked } })
})

test.each([
  ['', 'prices needs a command'],
  ['show', 'unknown command prices show'],
  ['--json refresh', 'the options of prices come after its command'],
  ['refresh now', 'unexpected argument now'],
  ['refresh --file a --api', 'give one of them'],
  ['refresh --file a --url https://x', 'give one of them'],
  ['refresh --profile work', '--profile is only used with --api'],
  ['refresh --file a --offer AmazonEC2', '--offer is not for files'],
  ['refresh --offer AmazonMoon', 'there is no offer AmazonMoon'],
  ['refresh --region mars', 'mars is no region'],
  ['refresh --region ../../x', 'is no region'],
  ['refresh --url http://mirror.example', '--url must be https'],
  ['refresh --url http://localhost.example', '--url must be https'],
  ['refresh --url file:///etc/passwd', '--url must be https'],
  ['refresh --url https://a:b@mirror.example', '--url must be https'],
  ['refresh --url https://mirror.example?a', '--url must be https'],
  ['refresh --out=', '--out needs a file'],
])('%j is refused', (words, fault) => {
  expect(read(words)).toMatchObject({
    command: 'fault',
    fault: expect.stringContaining(fault),
    usage: pricesUsage,
  })
})

test.each(['--help', '-h', 'refresh --help'])('%s helps', (words) => {
  expect(read(words)).toEqual({ command: 'help', usage: pricesUsage })
})
