import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigurationError } from '@gateway/domain'
import { isObject, type Json } from './merge-patch.ts'
import { TenantFailure, wrongUse } from './tenant-failure.ts'

/** Where files of the command line are read. */
export interface InputFiles {
  /** Folder that they are relative to. */
  readonly folder: string
  /** All of standard input, which is the file `-`. */
  input(): Promise<string>
}

/** The JSON or YAML object of a file. Throws `TenantFailure`, which quotes nothing of it. */
export const readObject = async (file: string, { folder, input }: InputFiles): Promise<Json> => {
  const name = file === '-' ? 'standard input' : file
  const text = await (file === '-' ? input() : readFile(resolve(folder, file), 'utf8')).catch(
    (thrown: NodeJS.ErrnoException) => {
      throw new TenantFailure(`${name} cannot be read (${thrown.code ?? 'unknown'}).`, { exitCode: 2 })
    },
  )
  const value = await parsedText(text, name)
  if (isObject(value)) return value
  throw wrongUse(`${name} has no object in it.`)
}

const parsedText = async (text: string, name: string): Promise<unknown> => {
  try {
    // Only those who send a file wait for the reader.
    const { readYaml } = await import('@gateway/registry')
    return readYaml(text, name)
  } catch (thrown) {
    if (!(thrown instanceof ConfigurationError)) throw thrown
    throw wrongUse(`${name} is neither JSON nor YAML.`, thrown.faults)
  }
}
