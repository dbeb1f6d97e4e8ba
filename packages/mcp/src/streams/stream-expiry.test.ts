import { expect, test, vi } from 'vitest'
import { heldTool } from '../testing/answers.ts'
import { brokenOff } from '../testing/broken-off.ts'
import { grantOfCaller } from '../testing/grants.ts'
import { mcpLine, modern } from '../testing/mcp-line.ts'
import { replicaPair } from '../testing/replica-pair.ts'

const grant = grantOfCaller({ tokenExpires: 1_234 })

test('the stand-alone stream, a subscription and a resumed stream last as long as their token', async () => {
  const line = mcpLine()
  const alone = line.get(await line.open('2025-11-25', grant), grant)
  await alone.answer
  const { body, headers } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } })
  const listening = line.stream(body, headers, grant)
  await listening.answer

  const tool = heldTool()
  const pair = replicaPair(tool)
  const { last } = await brokenOff(pair)
  const resumed = pair.two.get(last, grant)
  await vi.waitFor(() => expect(resumed.sink.frames).not.toEqual([]))
  tool.end()
  await resumed.answer
  for (const { sink } of [alone, listening, resumed]) expect(sink.until).toEqual([1_234])
})
