import type { AnyTool, Prompt, Resource } from '@gateway/domain'
import { accountInfo, oneAccountInfo } from './account-info.ts'
import { analyzeCosts } from './analyze/costs.ts'
import { analyzeEc2Utilization } from './analyze/ec2-utilization.ts'
import { analyzeInventory } from './analyze/inventory.ts'
import { analyzeLogs } from './analyze/logs.ts'
import { apiRead } from './api/read.ts'
import { apiSearch } from './api/search.ts'
import { apiWrite } from './api/write.ts'
import { auditQuery } from './audit/query.ts'
import { checkAccess } from './check-access.ts'
import { cloudformationCreateStack } from './cloudformation/create-stack.ts'
import { cloudformationDeleteStack } from './cloudformation/delete-stack.ts'
import { cloudformationDescribeStacks } from './cloudformation/describe-stacks.ts'
import { cloudformationStack } from './cloudformation/stack-resource.ts'
import { cloudformationUpdateStack } from './cloudformation/update-stack.ts'
import { cloudformationValidateTemplate } from './cloudformation/validate-template.ts'
import { cloudwatchDescribeAlarmHistory } from './cloudwatch/describe-alarm-history.ts'
import { cloudwatchDescribeAlarms } from './cloudwatch/describe-alarms.ts'
import { cloudwatchGetMetrics } from './cloudwatch/get-metrics.ts'
import { metricsView } from './cloudwatch/metrics-view.ts'
import { costAndQuotas } from './cost-and-quotas.ts'
import { ec2ControlInstance } from './ec2/control-instance.ts'
import { ec2DescribeInstances } from './ec2/describe-instances.ts'
import { ec2LaunchInstances } from './ec2/launch-instances.ts'
import { ec2ModifyInstance } from './ec2/modify-instance.ts'
import { lambdaInvoke } from './lambda/invoke.ts'
import { lambdaListFunctions } from './lambda/list-functions.ts'
import { logsQuery } from './logs/query.ts'
import { operationCancel } from './operation/cancel.ts'
import { oneOperation } from './operation/operation-resource.ts'
import { operationStatus } from './operation/status.ts'
import { policyResource } from './policy-resource.ts'
import { accountOverview } from './prompts/account-overview.ts'
import { cleanupIdle } from './prompts/cleanup-idle.ts'
import { costSpike } from './prompts/cost-spike.ts'
import { investigateAlarm } from './prompts/investigate-alarm.ts'
import { lambdaErrors } from './prompts/lambda-errors.ts'
import { launchWebServer } from './prompts/launch-web-server.ts'
import { leastPrivilegeForTask } from './prompts/least-privilege-for-task.ts'
import { quotaHeadroom } from './prompts/quota-headroom.ts'
import { rightSizeInstances } from './prompts/right-size-instances.ts'
import { s3ExposureReview } from './prompts/s3-exposure-review.ts'
import { stackFailure } from './prompts/stack-failure.ts'
import { recentAudit } from './recent-audit.ts'
import { s3DeleteObject } from './s3/delete-object.ts'
import { s3GetObject } from './s3/get-object.ts'
import { s3ListBuckets } from './s3/list-buckets.ts'
import { s3ListObjects } from './s3/list-objects.ts'
import { s3PutObject } from './s3/put-object.ts'
import { serviceQuotas } from './service-quotas.ts'
import { whoami } from './whoami.ts'

export { createCostGuard } from './cost-guard/cost-guard.ts'
export { openPriceBook } from './prices/open-price-book.ts'
export { priceBookOf } from './prices/price-book-of.ts'
export { checkedPriceTable, type PriceTable, readPriceTable } from './prices/price-table.ts'
export { shippedPriceTable } from './prices/shipped-prices.ts'

/** Every tool that is live. */
export const tools: readonly AnyTool[] = [
  whoami,
  cloudformationCreateStack,
  cloudformationDeleteStack,
  cloudformationDescribeStacks,
  cloudformationUpdateStack,
  cloudformationValidateTemplate,
  ec2DescribeInstances,
  operationCancel,
  operationStatus,
  cloudwatchDescribeAlarmHistory,
  cloudwatchDescribeAlarms,
  cloudwatchGetMetrics,
  logsQuery,
  checkAccess,
  auditQuery,
  analyzeCosts,
  analyzeEc2Utilization,
  analyzeInventory,
  analyzeLogs,
  apiSearch,
  apiRead,
  apiWrite,
  s3ListObjects,
  s3GetObject,
  ec2ControlInstance,
  ec2LaunchInstances,
  ec2ModifyInstance,
  lambdaInvoke,
  lambdaListFunctions,
  s3DeleteObject,
  s3ListBuckets,
  s3PutObject,
  costAndQuotas,
]

/** Every resource that is live. */
export const resources: readonly Resource[] = [
  accountInfo,
  oneAccountInfo,
  cloudformationStack,
  oneOperation,
  policyResource,
  recentAudit,
  serviceQuotas,
  metricsView,
]

/** Every prompt that is live. */
export const prompts: readonly Prompt[] = [
  accountOverview,
  cleanupIdle,
  costSpike,
  investigateAlarm,
  lambdaErrors,
  launchWebServer,
  leastPrivilegeForTask,
  quotaHeadroom,
  rightSizeInstances,
  s3ExposureReview,
  stackFailure,
]
