import { resolve } from 'node:path'
import { regionOfProfile } from '@gateway/aws'
import { ConfigurationError } from '@gateway/domain'
import { serveStdio } from '@gateway/mcp'
import { openPriceBook } from '@gateway/tools'
import type { StdioArguments } from '../arguments.ts'
import { openAuditFile } from './audit-file.ts'
import { credentialSource } from './credential-source.ts'
import { type Environment, readSettings } from './read-settings.ts'
import { regionOf } from './region-of.ts'
import { readSettingsFile } from './settings-file.ts'
import { startLine } from './start-line.ts'
import { stderrLog } from './stderr-log.ts'
import { createStdioDependencies } from './stdio-dependencies.ts'
import { type ClientStreams, serveUntilEnd } from './until-end.ts'

/** The process around `aws-mcp stdio`; nothing but the protocol is written to `output`. */
export interface StdioProcess extends ClientStreams {
  readonly asked: StdioArguments
  readonly env: Environment
  /** Folder that the files of the command line are relative to. */
  readonly folder: string
  readonly osUser: string
  stderr(text: string): void
  /** Tells the AWS SDK, which finds other settings of a profile (`endpoint_url`) by its environment only. */
  useProfile(profile: string): void
}

/** Serves one client until it ends; gives the exit code, which is 2 for a configuration that cannot be used. */
export const runStdio = async (options: StdioProcess): Promise<number> => {
  try {
    await serve(options)
    return 0
  } catch (thrown) {
    if (!(thrown instanceof ConfigurationError)) throw thrown
    options.stderr(`aws-mcp did not start. ${thrown.message}\n`)
    return 2
  }
}

const serve = async (options: StdioProcess): Promise<void> => {
  const { asked, env, folder, osUser, output, stderr } = options
  const file = await readSettingsFile(folder, asked.config)
  const settings = readSettings(file, env, asked)
  const { priceTableFile } = settings.operations
  const prices = await openPriceBook(
    priceTableFile === undefined ? undefined : resolve(folder, priceTableFile),
    { now: Date.now(), setting: 'operations.priceTableFile or PRICE_TABLE_FILE' },
  )
  const { profile } = settings.authentication
  if (profile !== undefined) options.useProfile(profile)
  const region = await regionOf(settings, regionOfProfile)
  const log = stderrLog(settings.operations.logLevel, stderr)
  const audit = await openAuditFile(asked.audit)
  const ending = new AbortController()
  const { server, grant, close } = await createStdioDependencies({
    settings,
    region,
    osUser,
    endpoint: env.AWS_ENDPOINT_URL || undefined,
    audit,
    prices,
    log,
    ending: ending.signal,
  })
  const credentials = credentialSource(profile, env)
  stderr(startLine(settings, { region, credentials, file: file.path, audit: asked.audit }))
  if (env.AWS_ACCESS_KEY_ID && profile !== undefined)
    stderr(`AWS_ACCESS_KEY_ID is set but not used: calls run as profile ${profile}.\n`)
  await serveUntilEnd(options, ending, (input) => serveStdio(server, { grant, input, output, log }))
  close()
  await audit.close()
}
