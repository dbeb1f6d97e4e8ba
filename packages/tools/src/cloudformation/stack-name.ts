import { boundedText } from '../bounded-text.ts'

/** Form of a stack's name, which is also what may stand in its URI (CloudFormation API, CreateStack: StackName). */
const form = /^[A-Za-z][A-Za-z0-9-]*$/

/** Name of a stack. */
export const stackName = boundedText(128, { form, message: 'must be a letter, then letters, digits and -' })

/** Whether a text is the name of a stack, and not an ARN, which could be of another account. */
export const isStackName = (text: string): boolean => stackName.safeParse(text).success

/** URI of the resource under which a stack can be read and followed. */
export const stackUri = (account: string, region: string, name: string): string =>
  `aws://${account}/${region}/stacks/${name}`
