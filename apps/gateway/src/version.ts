/** Version of the gateway, as clients and CloudTrail see it. */
export const version = '0.1.0'
