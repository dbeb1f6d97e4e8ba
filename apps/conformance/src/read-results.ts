import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScenarioResult } from './judge-scenario.ts'

/**
 * Reads what the suite wrote: a folder `server-SCENARIO-TIME` or `authorization-server-SCENARIO-TIME` for each scenario, with
 * `checks.json` in it where the scenario came to its end.
 */
export const readResults = async (folder: string): Promise<ScenarioResult[]> => {
  const names = (await readdir(folder)).toSorted()
  return Promise.all(
    names.flatMap((name) => {
      const scenario = /^(?:authorization-)?server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(name)?.[1]
      return scenario === undefined ? [] : [readScenario(scenario, join(folder, name, 'checks.json'))]
    }),
  )
}

const readScenario = async (scenario: string, file: string): Promise<ScenarioResult> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw error
  })
  return { scenario, checks: JSON.parse(text) }
}
