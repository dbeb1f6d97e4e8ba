/** Version of `aws-mcp`, as people and CloudTrail see it. */
export const version = '0.1.0'
