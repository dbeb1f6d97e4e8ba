import { z } from 'zod'
import { CustomerFailure } from './customer-failure.ts'

const text = z.string()

const roleSchema = z.looseObject({
  RoleName: text,
  Path: text.default('/'),
  Description: text.default(''),
  MaxSessionDuration: z.coerce.number().default(3600),
  PermissionsBoundary: text.optional(),
  AssumeRolePolicyDocument: z.looseObject({}),
  Policies: z.array(z.looseObject({ PolicyName: text, PolicyDocument: z.looseObject({}) })).default([]),
})

/** A role of a template, with every reference replaced. */
export type TemplateRole = z.infer<typeof roleSchema>

const templateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })).default({}),
  Resources: z.record(z.string(), z.looseObject({ Type: text, Properties: z.unknown().optional() })),
})

/** The IAM roles of a CloudFormation template in JSON whose parameters all have defaults; throws `CustomerFailure`. */
export const rolesOfTemplate = (template: string, account: string): readonly TemplateRole[] => {
  const parsed = templateSchema.safeParse(jsonIn(template))
  if (!parsed.success) throw new CustomerFailure('the template is not one of CloudFormation in JSON')
  const { Parameters, Resources } = parsed.data
  const known = new Map<string, unknown>([
    ['AWS::AccountId', account],
    ['AWS::Partition', 'aws'],
    ...Object.entries(Parameters).flatMap(([name, { Default }]): [string, unknown][] =>
      Default === undefined ? [] : [[name, Default]],
    ),
  ])
  const roles = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role')
  if (roles.length === 0) throw new CustomerFailure('the template has no IAM role')
  return roles.map(([id, { Properties }]) => {
    const role = roleSchema.safeParse(resolved(Properties, known))
    if (role.success) return role.data
    const places = role.error.issues.map(({ path }) => path.join('.')).join(', ')
    throw new CustomerFailure(`the role ${id} of the template lacks or misuses: ${places}`)
  })
}

const jsonIn = (template: string): unknown => {
  try {
    return JSON.parse(template)
  } catch {
    return undefined
  }
}

const resolved = (value: unknown, known: ReadonlyMap<string, unknown>): unknown => {
  if (Array.isArray(value)) return value.map((each) => resolved(each, known))
  if (typeof value !== 'object' || value === null) return value
  const [only, ...more] = Object.entries(value)
  const [name, argument] = more.length === 0 && only ? only : []
  if (name === 'Ref') return lookUp(String(argument), known)
  if (name === 'Fn::Sub' && typeof argument === 'string')
    return argument.replaceAll(/\$\{([\w:]+)\}/g, (_, each: string) => String(lookUp(each, known)))
  if (name?.startsWith('Fn::'))
    throw new CustomerFailure(`this customer does not understand ${name} in a role: use Ref or Fn::Sub`)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, known)]))
}

const lookUp = (name: string, known: ReadonlyMap<string, unknown>): unknown => {
  if (known.has(name)) return known.get(name)
  throw new CustomerFailure(`${name} of the template is no parameter with a default`)
}
