import { type OperationClass, operationClasses } from '@gateway/domain'
import type { IndexedService } from '../src/api/indexed-service.ts'

/** Operations that are left out since nobody knows their IAM action, with their number. */
export const unmappedText = (unmapped: ReadonlyMap<string, readonly string[]>): string => {
  const lines = [...unmapped].map(([service, names]) => `${JSON.stringify(service)}:${JSON.stringify(names)}`)
  return `{"count":${countOf(unmapped)},"services":{\n${lines.join(',\n')}\n}}\n`
}

/** The module that imports each file by a path that bundlers see. */
export const loaderText = (services: readonly IndexedService[]): string =>
  loadersText({
    says: 'Loads the part of the operation index of each service.',
    name: 'serviceFiles',
    folder: '../../api-index',
    services: services.map(({ service }) => service),
  })

/** The same for the enums of the services that have some. */
export const enumLoaderText = (services: readonly string[]): string =>
  loadersText({
    says: 'Loads the enums of each service that has some.',
    name: 'enumFiles',
    folder: '../../api-index/enums',
    services,
  })

const loadersText = (module: {
  readonly says: string
  readonly name: string
  readonly folder: string
  readonly services: readonly string[]
}): string =>
  [
    '// Written by npm run generate.',
    `/** ${module.says} */`,
    `export const ${module.name}: Readonly<Record<string, () => Promise<{ default: unknown }>>> = {`,
    ...module.services.map((service) => {
      const key = /^\w+$/.test(service) ? service : `'${service}'`
      const path = `${module.folder}/${service}.json`
      return `  ${key}: () => import('${path}', { with: { type: 'json' } }),`
    }),
    '}',
    '',
  ].join('\n')

/** The page that says what the index has. */
export const reportText = (index: {
  readonly services: readonly IndexedService[]
  readonly unmapped: ReadonlyMap<string, readonly string[]>
  readonly bytes: { readonly operations: number; readonly enums: number }
}): string => {
  const operations = index.services.flatMap((each) => each.operations)
  const count = (access: OperationClass) => operations.filter((each) => each.access === access).length
  const rows: [string, number][] = [
    ['services', index.services.length],
    ['operations', operations.length],
    ...operationClasses.map((access): [string, number] => [`of class \`${access}\``, count(access)]),
    ['that pass a role', operations.filter((each) => each.passesRole).length],
    ['that are judged by what they open', operations.filter((each) => each.opensBy).length],
    ['whose answer is secret', operations.filter((each) => each.secret).length],
    ['that page', operations.filter((each) => each.pager).length],
    ['left out, since their IAM action is not known', countOf(index.unmapped)],
    ['bytes of the operations', index.bytes.operations],
    ['bytes of the enums', index.bytes.enums],
  ]
  return [
    '# The operation index',
    '',
    'What the gateway knows of the APIs of AWS, by `npm run generate` from the schemas of the SDK, the access levels of the',
    'Service Authorization Reference and the tables of `packages/aws/build`. An operation that is not in it is refused;',
    'those that are left out are named in `packages/aws/api-index/unmapped.json`.',
    '',
    'What changes who may do what is of class `permissions` and takes an administrator: giving access to others, opening',
    'something to the world, passing a role, or code that runs in whose name is not known when it is given (stacks,',
    'documents, the start script of a machine, sessions). Code or a command for what has a role of its own already, such as',
    '`lambda:UpdateFunctionCode`, `codebuild:StartBuild`, `ecs:RunTask` or `ssm:SendCommand`, is `destructive`: an operator',
    'may ask, and a person confirms each time. So are listeners, routes, endpoints and the size of clusters.',
    '',
    'Some operations are judged by what a call has: one that could pass a role (`passesRole`) or open something (`opensBy`)',
    'and does neither is of the class `withoutRole`. What is not clear stays `permissions`.',
    '',
    'The enums of inputs are of the type declarations of the SDK, one file a service in `packages/aws/api-index/enums`, which',
    'is loaded with the client of the service. AWS adds values before the SDK knows them, so a value that is not among them',
    'goes to AWS; it is refused only where another one was clearly meant: the same in another case or with other separators,',
    'or a word without digits in which one letter is wrong.',
    '',
    ...table(
      ['', 'count'],
      rows.map(([name, number]) => [name, String(number)]),
    ),
    '',
    ...table(
      ['service', 'name', 'operations', 'left out'],
      index.services.map(({ service, title, operations: own }) => [
        `\`${service}\``,
        title,
        String(own.length),
        String(index.unmapped.get(service)?.length ?? 0),
      ]),
    ),
    '',
    'With files of the service reference that AWS publishes for programs in a folder, one `<service>.json` each, `npm run',
    'generate -- --service-reference FOLDER` takes the IAM actions of operations from there. That has not been verified',
    'against the live files.',
    '',
  ].join('\n')
}

const countOf = (unmapped: ReadonlyMap<string, readonly string[]>): number =>
  [...unmapped.values()].reduce((sum, names) => sum + names.length, 0)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => ' --- |').join('')}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
]
