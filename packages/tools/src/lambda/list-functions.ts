import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { defineTool } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'

/** AWS answers no more in one page, whatever is asked for (Lambda API, ListFunctions). */
const largestPage = 50
/** Pages that are looked through for functions that fit. */
const mostPages = 20
const reserveMs = 5_000

/** Lambda ListFunctions, without the environment of the functions. */
export const lambdaListFunctions = defineTool({
  name: 'aws_lambda_list_functions',
  title: 'List Lambda functions',
  description: 'Lists Lambda functions with runtime, memory, timeout, size and time of change.',
  access: 'read',
  iamActions: ['lambda:ListFunctions'],
  idempotent: true,
  pack: 'resources',
  acrossRegions: true,
  cursorField: 'marker',
  listField: 'functions',
  input: z.strictObject({
    functionVersion: z.enum(['ALL', '$LATEST']).optional(),
    namePrefix: z.string().max(64).optional(),
    runtime: z.string().max(64).optional().describe('or its start'),
    maxItems: z.int().min(1).max(largestPage).optional(),
    marker: z.string().max(8192).optional(),
  }),
  output: z.object({
    functions: z.array(
      z.object({
        name: z.string(),
        version: z.string().optional(),
        runtime: z.string().optional(),
        architecture: z.string().optional(),
        memoryMB: z.number().optional(),
        timeoutSeconds: z.number().optional(),
        codeBytes: z.number().optional(),
        lastModified: z.string().optional(),
      }),
    ),
  }),
  async run(
    context,
    { functionVersion, namePrefix = '', runtime = '', maxItems = largestPage, marker: place },
  ) {
    const fits = ({ FunctionName = '', Runtime }: FunctionConfiguration) =>
      FunctionName.startsWith(namePrefix) && (Runtime ?? '').startsWith(runtime)
    // Where few fit, small pages would take many requests to find them.
    const perPage = namePrefix === '' && runtime === '' ? maxItems : largestPage
    let { marker, after } = openPlace(place)
    for (let pages = 1; ; pages++) {
      const { Functions = [], NextMarker } = await typedAws(context, 'lambda', 'ListFunctions', {
        MaxItems: perPage,
        // The API has no word for "the unpublished versions alone": it answers them where the field is absent.
        ...(functionVersion === 'ALL' && { FunctionVersion: functionVersion }),
        ...(marker !== undefined && { Marker: marker }),
      })
      // Where the last one shown is gone, its page is shown again: rather twice than not at all.
      const start = Functions.findIndex((each) => keyOf(each) === after) + 1
      const fitting = Functions.slice(start).filter(fits)
      const shown = fitting.slice(0, maxItems)
      const last = shown.at(-1)
      const isCut = last !== undefined && fitting.length > shown.length
      const next = isCut ? sealPlace({ marker, after: keyOf(last) }) : NextMarker || undefined
      const mayGoOn = pages < mostPages && context.now() + reserveMs < context.deadline
      if (shown.length > 0 || next === undefined || !mayGoOn) {
        return { data: { functions: shown.map((each) => recordOf(each, functionVersion === 'ALL')) }, next }
      }
      marker = next
      after = undefined
    }
  },
})

/** Where to go on: a page of AWS, and the last function of it that was shown. */
interface Place {
  readonly marker?: string | undefined
  readonly after?: string | undefined
}

const placeStart = '{"after":'

const sealPlace = ({ marker, after }: Place): string => JSON.stringify({ after, marker })

/** Where a page was shown to its end, the place is AWS's marker as it is. */
const openPlace = (place: string | undefined): Place =>
  place?.startsWith(placeStart) ? (JSON.parse(place) as Place) : { marker: place }

const keyOf = ({ FunctionName = '', Version = '' }: FunctionConfiguration): string =>
  `${FunctionName}:${Version}`

const recordOf = (each: FunctionConfiguration, withVersion: boolean) => ({
  name: each.FunctionName ?? '',
  ...(withVersion && { version: each.Version }),
  // A function of a container image has none.
  runtime: each.Runtime ?? each.PackageType,
  architecture: each.Architectures?.join(', '),
  memoryMB: each.MemorySize,
  timeoutSeconds: each.Timeout,
  codeBytes: each.CodeSize,
  lastModified: timeOf(each.LastModified),
})

/** `2026-01-02T03:04:05.000+0000`, which is how Lambda writes UTC, in the form of all other times. */
const timeOf = (text: string | undefined): string | undefined => text?.replace(/\+0000$/, 'Z')
