import { allow, casesOf, deny } from './policy-case.ts'

const bools = 'Condition operators: Boolean condition operators'
const binaries = 'Condition operators: Binary condition operators'
const addresses = 'Condition operators: IP address condition operators'
const on = (operator: string, key: string, value: string | boolean | string[]) =>
  allow({ Condition: { [operator]: { [key]: value } } })
const secure = (value: string | undefined) => ({ 'aws:SecureTransport': value })
const ip = (value: string | undefined) => ({ 'aws:SourceIp': value })
const get = 's3:GetObject'

/** Bool, BinaryEquals, IpAddress and NotIpAddress. */
export const boolBinaryAddressCases = [
  ...casesOf(bools, on('Bool', 'aws:SecureTransport', 'true'), [
    ['allow', 'true', get, secure('true')],
    ['allow', 'true in capitals', get, secure('TRUE')],
    ['implicit-deny', 'false', get, secure('false')],
    ['implicit-deny', 'no such key', get],
    ['undecided: aws:SecureTransport', 'not known', get, secure(undefined)],
    ['undecided: aws:SecureTransport', 'neither', get, secure('yes')],
  ]),
  ...casesOf(bools, on('Bool', 'aws:SecureTransport', true), [
    ['allow', 'a truth of JSON', get, secure('true')],
    ['implicit-deny', 'and its contrary', get, secure('false')],
  ]),
  ...casesOf(
    bools,
    [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    [
      ['explicit-deny', 'without TLS', get, secure('false')],
      ['allow', 'with TLS', get, secure('true')],
      ['allow', 'a Deny with Bool does not apply to an absent key', get],
      ['undecided: aws:SecureTransport', 'nor is it known where the key is not', get, secure(undefined)],
    ],
  ),
  ...casesOf(bools, on('Bool', 'aws:SecureTransport', ['true', 'false']), [
    ['allow', 'either', get, secure('false')],
    ['implicit-deny', 'but not none', get],
  ]),
  ...casesOf(binaries, on('BinaryEquals', 'x:key', 'QmluYXJ5VmFsdWVJbkJhc2U2NA=='), [
    ['allow', 'the same bytes', get, { 'x:key': 'QmluYXJ5VmFsdWVJbkJhc2U2NA==' }],
    ['allow', 'the same bytes without padding', get, { 'x:key': 'QmluYXJ5VmFsdWVJbkJhc2U2NA' }],
    ['implicit-deny', 'another case is another byte', get, { 'x:key': 'qmluYXJ5VmFsdWVJbkJhc2U2NA==' }],
    ['implicit-deny', 'fewer bytes', get, { 'x:key': 'QmluYXJ5' }],
    ['implicit-deny', 'no such key', get],
    ['undecided: x:key', 'no base64', get, { 'x:key': 'Qmlu*' }],
    ['undecided: x:key', 'base64 that ends too early', get, { 'x:key': 'Qmlua' }],
    ['undecided: x:key', 'base64 with padding in the wrong place', get, { 'x:key': 'Qmlu=' }],
  ]),
  ...casesOf(addresses, on('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), [
    ['allow', 'the first of a range', get, ip('203.0.113.0')],
    ['allow', 'the last of a range', get, ip('203.0.113.255')],
    ['implicit-deny', 'the one after', get, ip('203.0.114.0')],
    ['implicit-deny', 'the one before', get, ip('203.0.112.255')],
    ['implicit-deny', 'of the other family', get, ip('2001:db8::1')],
    ['allow', 'in the clothes of the other family', get, ip('::ffff:203.0.113.7')],
    ['implicit-deny', 'no such key', get],
    ['undecided: aws:SourceIp', 'not known', get, ip(undefined)],
    ['undecided: aws:SourceIp', 'no address', get, ip('203.0.113.256')],
    ['undecided: aws:SourceIp', 'octal to some', get, ip('203.0.113.010')],
    ['undecided: aws:SourceIp', 'too short', get, ip('203.0.113')],
  ]),
  ...casesOf(addresses, on('IpAddress', 'aws:SourceIp', '192.0.2.7'), [
    ['allow', 'one address', get, ip('192.0.2.7')],
    ['implicit-deny', 'its neighbour', get, ip('192.0.2.6')],
  ]),
  ...casesOf(addresses, on('IpAddress', 'aws:SourceIp', ['10.9.8.7/8', '198.51.100.64/26', '0.0.0.0/32']), [
    ['allow', 'a range written with a host in it', get, ip('10.200.0.1')],
    ['allow', 'a range within a byte', get, ip('198.51.100.127')],
    ['implicit-deny', 'past a range within a byte', get, ip('198.51.100.128')],
    ['implicit-deny', 'none of them', get, ip('11.0.0.1')],
  ]),
  ...casesOf(addresses, on('IpAddress', 'aws:SourceIp', '0.0.0.0/0'), [
    ['allow', 'every address of IPv4', get, ip('255.255.255.255')],
    ['implicit-deny', 'none of IPv6', get, ip('::1')],
  ]),
  ...casesOf(addresses, on('IpAddress', 'aws:SourceIp', '2001:DB8:1234:5678::/64'), [
    ['allow', 'of IPv6, written short', get, ip('2001:db8:1234:5678::1')],
    ['allow', 'of IPv6, written in full', get, ip('2001:0db8:1234:5678:ffff:ffff:ffff:ffff')],
    ['implicit-deny', 'the next range', get, ip('2001:db8:1234:5679::1')],
    ['undecided: aws:SourceIp', 'two gaps', get, ip('2001:db8::5678::1')],
    ['undecided: aws:SourceIp', 'too many groups', get, ip('1:2:3:4:5:6:7:8:9')],
  ]),
  ...casesOf(addresses, on('NotIpAddress', 'aws:SourceIp', ['192.0.2.0/24', '2001:db8::/32']), [
    ['implicit-deny', 'within the first', get, ip('192.0.2.9')],
    ['implicit-deny', 'within the second', get, ip('2001:db8:ffff::9')],
    ['allow', 'outside of both', get, ip('198.51.100.9')],
    ['allow', 'no such key', get],
    ['undecided: aws:SourceIp', 'no address', get, ip('localhost')],
  ]),
  ...casesOf(addresses, on('IpAddress', 'aws:SourceIp', ['999.0.0.0/8', '192.0.2.0/24']), [
    ['allow', 'a range that is none, beside one that holds', get, ip('192.0.2.1')],
    ['undecided: aws:SourceIp', 'a range that is none, beside one that does not', get, ip('10.0.0.1')],
  ]),
  ...casesOf(
    'Example policies: AWS: denies access based on the source IP',
    [
      allow(),
      deny({
        Condition: {
          NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '203.0.113.0/24'] },
          Bool: { 'aws:ViaAWSService': 'false' },
        },
      }),
    ],
    [
      ['explicit-deny', 'from elsewhere', get, { ...ip('198.51.100.1'), 'aws:ViaAWSService': 'false' }],
      ['allow', 'from the company', get, { ...ip('203.0.113.1'), 'aws:ViaAWSService': 'false' }],
      [
        'allow',
        'a service of AWS on behalf of the caller',
        get,
        { ...ip('198.51.100.1'), 'aws:ViaAWSService': 'true' },
      ],
      ['allow', 'a key that says no settles it', get, { ...ip(undefined), 'aws:ViaAWSService': 'true' }],
      [
        'undecided: aws:SourceIp',
        'from nobody knows where',
        get,
        { ...ip(undefined), 'aws:ViaAWSService': 'false' },
      ],
    ],
  ),
]
