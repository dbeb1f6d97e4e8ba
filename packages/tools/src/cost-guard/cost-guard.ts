import type { AwsApi, CostGuard } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import type { Assessor } from './assessment.ts'
import { isBillable } from './billable.ts'
import { billedUnits } from './billed-units.ts'
import { bucketCreation } from './buckets.ts'
import {
  apiStage,
  apiStageChange,
  certificateRequest,
  clusterChange,
  endpointChange,
  parameterWrite,
  publication,
  ruleTargets,
  schedule,
  sourceMapping,
  tableChange,
} from './by-members.ts'
import { address, kubernetesCluster, loadBalancer, natGateway, vpcEndpoint } from './by-the-hour.ts'
import { estimateOf, unpriced } from './charges.ts'
import { databaseChange, databaseCreation } from './databases.ts'
import { microUsdOf } from './exact-usd.ts'
import { functionChange, functionConcurrency, invocation, provisionedConcurrency } from './functions.ts'
import { membersOf } from './input-values.ts'
import { instanceLaunch } from './instance-launch.ts'
import { instanceStart, instanceTypeChange } from './instance-start.ts'
import { launchesOtherwise, launchOtherwise } from './launching-otherwise.ts'
import { logQuery } from './log-query.ts'
import { multipartStep, objectCopy, objectWrite } from './object-writes.ts'
import { scalableTarget } from './scalable-targets.ts'
import { stackExecution } from './stack-execution.ts'
import { volumeChange, volumeCreation } from './volumes.ts'

/** Those that are known, by operation. */
const assessors: Readonly<Record<string, Assessor>> = {
  'acm:RequestCertificate': certificateRequest,
  'apigateway:CreateDeployment': apiStage,
  'apigateway:CreateStage': apiStage,
  'apigateway:UpdateStage': apiStageChange,
  'application-autoscaling:PutScalingPolicy': scalableTarget,
  'application-autoscaling:PutScheduledAction': scalableTarget,
  'application-autoscaling:RegisterScalableTarget': scalableTarget,
  'cloudformation:ExecuteChangeSet': stackExecution,
  'dynamodb:UpdateTable': tableChange,
  'ec2:AllocateAddress': address,
  'ec2:CreateNatGateway': natGateway,
  'ec2:CreateVolume': volumeCreation,
  'ec2:CreateVpcEndpoint': vpcEndpoint,
  'ec2:ModifyInstanceAttribute': instanceTypeChange,
  'ec2:ModifyVolume': volumeChange,
  'ec2:ModifyVpcEndpoint': endpointChange,
  'ec2:RunInstances': instanceLaunch,
  'ec2:StartInstances': instanceStart,
  'eks:CreateCluster': kubernetesCluster,
  'eks:UpdateClusterConfig': clusterChange,
  'elasticloadbalancing:CreateLoadBalancer': loadBalancer,
  'events:PutTargets': ruleTargets,
  'lambda:CreateEventSourceMapping': sourceMapping,
  'lambda:CreateFunction': functionChange,
  'lambda:Invoke': invocation,
  'lambda:InvokeAsync': invocation,
  'lambda:InvokeWithResponseStream': invocation,
  'lambda:PutFunctionConcurrency': functionConcurrency,
  'lambda:PutProvisionedConcurrencyConfig': provisionedConcurrency,
  'lambda:UpdateEventSourceMapping': sourceMapping,
  'lambda:UpdateFunctionConfiguration': functionChange,
  'logs:StartQuery': logQuery,
  'rds:CreateDBInstance': databaseCreation,
  'rds:ModifyDBInstance': databaseChange,
  's3:CompleteMultipartUpload': multipartStep,
  's3:CopyObject': objectCopy,
  's3:CreateBucket': bucketCreation,
  's3:CreateMultipartUpload': multipartStep,
  's3:PutObject': objectWrite,
  's3:UploadPart': objectWrite,
  's3:UploadPartCopy': objectCopy,
  'scheduler:CreateSchedule': schedule,
  'scheduler:UpdateSchedule': schedule,
  'sns:Publish': publication,
  'ssm:PutParameter': parameterWrite,
}

/** IAM actions of the reads that judging a request takes beside its own. */
export const readsFor: CostGuard['readsFor'] = (service, operation, limits) => [
  ...new Set(assessorOf(service, operation)?.reads(limits) ?? []),
]

/** Estimates by a book of prices; the index of operations tells what costs at all. */
export const createCostGuard = ({
  prices,
  api,
}: {
  readonly prices: PriceBook
  readonly api: Pick<AwsApi, 'find'>
}): CostGuard => {
  const requestPrice: CostGuard['requestPrice'] = (service, operation, input) => {
    // What is estimated as a whole is not billed once more.
    if (assessorOf(service, operation)) return undefined
    const usd = prices.request(service, operation)
    if (usd === undefined && api.find(service, operation)?.costs !== true) return undefined
    const units = billedUnits(service, operation, input)
    const what = `${units === 1 ? 'one request' : `a request of at most ${units} metrics`} of ${service}:${operation}`
    return estimateOf([{ what, microUsd: microUsdOf(usd, units) }], prices)
  }
  return {
    readsFor,
    requestPrice,
    async assess(question) {
      const { service, operation } = question.request
      // AWS only says whether it would be allowed.
      if (service === 'ec2' && membersOf(question.request).DryRun === true) return { faults: [] }
      const assessor = assessorOf(service, operation)
      if (assessor) return assessor.assess(question, prices)
      // A price that is known is paid for each request as it is sent.
      const ofRequest = requestPrice(service, operation, question.request.input)
      if (ofRequest?.microUsd === 'unpriced') return { faults: [], estimate: ofRequest }
      // What only reads is billed by the request, if at all; the class of anything else does not tell that it is free.
      const { access, withoutRole = access } = api.find(service, operation) ?? {}
      if (access === 'read' || access === 'sensitive-read') return { faults: [] }
      if (withoutRole !== 'spend' && !isBillable(service, operation)) return { faults: [] }
      return { faults: [], estimate: estimateOf([unpriced(`${service}:${operation}`)], prices) }
    },
  }
}

const assessorOf = (service: string, operation: string): Assessor | undefined => {
  const name = `${service}:${operation}`
  if (Object.hasOwn(assessors, name)) return assessors[name]
  return launchesOtherwise(service, operation) ? launchOtherwise : undefined
}
