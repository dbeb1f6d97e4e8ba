import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { simpleTextEntry, simpleTextResult } from './simple-text.ts'

// The stdio server that supergateway puts on HTTP.
const server = new Server({ name: 'peer', version: '1.0.0' }, { capabilities: { tools: {} } })
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [simpleTextEntry] }))
server.setRequestHandler(CallToolRequestSchema, simpleTextResult)
await server.connect(new StdioServerTransport())
