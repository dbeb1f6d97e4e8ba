import type { AwsRequest } from '@gateway/domain'
import { lastPart } from './arn-template.ts'
import type { AskedAction, CheckedResource } from './asked-action.ts'
import type { InputText } from './input-texts.ts'
import { isBareName } from './member-names.ts'
import { isVerbOf, makesNew } from './new-resources.ts'
import type { CheckedType } from './stored-actions.ts'

/** Whether `Name` in the input of an operation is the name of a type, and not of something else that is made or asked for. */
export const isNamed = ({ service, operation }: AwsRequest, type: CheckedType): boolean =>
  isVerbOf(operation, type) || namedForSure.test(`${service}:${operation}`)

/** Operations whose `Name` is that of what they are about, though their own name does not say it or they have other ids. */
const namedForSure = new RegExp(
  `^(${[
    'cloudtrail:(GetTrailStatus|St(art|op)Logging|UpdateTrail)',
    'cloudwatch:PutMetricStream',
    'codebuild:BatchGetProjects',
    'codepipeline:(GetPipelineState|StartPipelineExecution)',
    'eks:((Cancel|Describe)Update|ListUpdates|UpdateCluster(Config|Version))',
    'events:((Create|Delete|Describe)PartnerEventSource|UpdateApiDestination)',
    'glue:(BatchGet(Blueprints|Workflows)|\\w+WorkflowRun(s|Properties)?)',
    'sts:GetFederationToken',
  ].join('|')})$`,
)

/**
 * The texts of a request without a `Name` that may be a new one: where the input has an id that no resource shows, the id says what
 * the operation is about, as in UpdatePatchBaseline.
 */
export const withoutNewNames = (
  { texts, types, request: { service, operation } }: AskedAction,
  found: readonly CheckedResource[],
): readonly InputText[] => {
  if (namedForSure.test(`${service}:${operation}`)) return texts
  if (types.some((type) => makesNew(service, operation, type))) return texts
  const shown = new Set(found.flatMap(({ arn = '' }) => [arn, ...arn.split(/[:/]/)]))
  const isShown = ({ value }: InputText) => shown.has(value) || shown.has(lastPart(value))
  const hides = texts.some(
    (text) => text.depth === 1 && isIdOf.test(text.member) && !isPassed.test(text.member) && !isShown(text),
  )
  return hides ? texts.filter(({ member, depth }) => depth !== 1 || !isBareName(member)) : texts
}

const isIdOf = /(id|arn|identifier)s?$/

/** Ids of what a request passes on, of the account and of the request. */
const isPassed =
  /(role|kmskey)(id|arn|identifier)$|^(awsaccount|account|catalog|client|clientrequest|request)id$/
