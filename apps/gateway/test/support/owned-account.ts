import { randomInt } from 'node:crypto'
import type { TestTenant } from './tenancy.ts'

/** An AWS account of a customer, with the roles of the gateway in it, which may do everything: only the gateway narrows them. */
export interface OwnedAccount {
  readonly accountId: string
  /** Sends a request of AWS's query protocol as the owner, past the gateway; the XML that came back. */
  query(service: string, form: Readonly<Record<string, string>>): Promise<string>
  /** Makes an image of Linux; its id. Those that moto has by itself name a platform, which only Windows does at AWS. */
  image(): Promise<string>
  /** Ids of all instances of an image. */
  instancesOf(imageId: string): Promise<readonly string[]>
  /** Launches an instance with a name; its id. */
  instance(name: string): Promise<string>
  /** `running`, `shutting-down`, `terminated` and so on. */
  stateOf(instanceId: string): Promise<string>
  /** Takes the place of a tenant's accounts. */
  giveTo(tenant: TestTenant, alias?: string): void
}

const region = 'eu-west-1'

/** Makes one of an id that no other test has, in moto; `gatewayRole` is who may assume the roles. */
export const openAccount = async (awsUrl: string, gatewayRole: string): Promise<OwnedAccount> => {
  const accountId = `6${randomInt(1e10, 1e11)}`
  const query = async (service: string, form: Readonly<Record<string, string>>): Promise<string> => {
    const answer = await fetch(awsUrl, {
      method: 'POST',
      headers: {
        // moto acts in this account, and checks no signature.
        'x-moto-account-id': accountId,
        authorization: `AWS4-HMAC-SHA256 Credential=owner/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=owner`,
      },
      body: new URLSearchParams(form),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`moto refused ${form.Action}: ${text}`)
    return text
  }
  const ec2 = (form: Readonly<Record<string, string>>) => query('ec2', { Version: '2016-11-15', ...form })
  const externalId = `external-id-of-${accountId}`
  for (const name of roleNames) {
    const RoleName = `mcp-gateway-${name}`
    const iam = (Action: string, form: Readonly<Record<string, string>>) =>
      query('iam', { Action, Version: '2010-05-08', RoleName, ...form })
    await iam('CreateRole', { AssumeRolePolicyDocument: trust(gatewayRole, externalId) })
    await iam('PutRolePolicy', { PolicyName: 'all', PolicyDocument: everything })
  }
  const instance = async (name: string): Promise<string> => {
    const started = await ec2({
      Action: 'RunInstances',
      // moto takes any, and one that it does not know makes plain Linux.
      ImageId: 'ami-12345678',
      InstanceType: 't3.micro',
      MinCount: '1',
      MaxCount: '1',
      'TagSpecification.1.ResourceType': 'instance',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': name,
    })
    return idIn('instance', started)
  }
  return {
    accountId,
    query,
    async image() {
      const InstanceId = await instance('template')
      return idIn('image', await ec2({ Action: 'CreateImage', InstanceId, Name: `image-of-${accountId}` }))
    },
    async instancesOf(imageId) {
      const filter = { 'Filter.1.Name': 'image-id', 'Filter.1.Value.1': imageId }
      const found = await ec2({ Action: 'DescribeInstances', ...filter })
      return [...found.matchAll(/<instanceId>(.*?)</g)].map(([, id = '']) => id)
    },
    instance,
    async stateOf(instanceId) {
      const found = await ec2({ Action: 'DescribeInstances', 'InstanceId.1': instanceId })
      return /<instanceState>\s*<code>\d+<\/code>\s*<name>(.*?)</.exec(found)?.[1] ?? ''
    },
    giveTo(tenant, alias = 'main') {
      const roleOf = (name: string) => ({
        roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${name}`,
        externalId,
      })
      const roles = Object.fromEntries(roleNames.map((name) => [name, roleOf(name)]))
      tenant.accounts = [{ alias, accountId, defaultRegion: region, roles }]
    },
  }
}

const idIn = (kind: 'image' | 'instance', xml: string): string => {
  const id = new RegExp(`<${kind}Id>(.*?)<`).exec(xml)?.[1]
  if (id === undefined) throw new Error(`moto named no ${kind}: ${xml}`)
  return id
}

const roleNames = ['read', 'write', 'admin']

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

const everything = document({ Effect: 'Allow', Action: '*', Resource: '*' })

const trust = (gatewayRole: string, externalId: string) =>
  document({
    Effect: 'Allow',
    Principal: { AWS: gatewayRole },
    Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  })
