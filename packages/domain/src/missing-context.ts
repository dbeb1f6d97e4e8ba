import { compilePolicy, evaluatePolicies, type PolicyRequest } from './iam/evaluate/evaluate-policy.ts'
import type { PolicyDocument } from './iam/policy-document.ts'

/**
 * What would have to be known of requests for documents to decide on them: condition keys as the documents write them, and `resource`;
 * sorted. Empty where they decide.
 */
export const missingContext = (
  documents: readonly PolicyDocument[],
  requests: readonly PolicyRequest[],
): readonly string[] => {
  const missing = documents.flatMap((document) => {
    // Deny statements alone take away from what is allowed otherwise.
    const allows = document.Statement.some(({ Effect }) => Effect === 'Allow')
    const policies = [document, ...(allows ? [] : [everything])].map(compilePolicy)
    return requests.flatMap((request) => {
      const verdict = evaluatePolicies(policies, request)
      return verdict.effect === 'undecided' ? verdict.missing : []
    })
  })
  return [...new Set(missing)].sort()
}

const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}
