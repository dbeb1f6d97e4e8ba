/**
 * A request, and each action with the resource that AWS checks for it: an ARN with `HERE` for region and account, `unknown`, or
 * what an unknown one is within.
 */
export type RequestRow = readonly [service: string, operation: string, input: object, ...checked: string[]]
