import { GatewayError, type ToolContext } from '@gateway/domain'
import { patternedText } from '../bounded-text.ts'

/** Name or ARN of a function, each with or without a version or alias behind it. */
export const functionName = patternedText(
  /^(arn:aws[a-z-]{0,20}:lambda:[a-z0-9-]{1,30}:\d{12}:function:)?[\w-]{1,64}(:(\$LATEST|[\w-]{1,128}))?$/,
  'the name or ARN of a function',
)

/** Refuses the ARN of a function of another region: it would be asked where the call is not aimed. */
export const demandOwnRegion = ({ region }: ToolContext, functionName: string): void => {
  const [, , , itsRegion] = functionName.startsWith('arn:') ? functionName.split(':') : []
  if (itsRegion !== undefined && itsRegion !== region) {
    throw new GatewayError('invalid_arguments', `functionName: it is of another region than ${region}.`)
  }
}
