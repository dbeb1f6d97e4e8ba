/** Any key opens the AWS stand-in; these look like nobody's. */
export const standInCredentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }
