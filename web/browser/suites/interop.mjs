// Unmodified clients from npm hold a conversation with a tool call against the
// real server: TanStack AI over the websocket, AG-UI's HttpAgent over SSE.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readFileSync } from 'node:fs'
import { HttpAgent } from '@ag-ui/client'
import { EventSchemas } from '@ag-ui/core/schemas'
import { ChatClient, webSocket } from '@tanstack/ai-client'
import { cookieOf } from '../server.mjs'
import { withCookie } from '../socket.mjs'

const text = (message) => message.parts.filter((p) => p.type === 'text').map((p) => p.content).join('')

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('interop', () => {
  const connect = (cookie) => webSocket(server.url.replace('http', 'ws') + '/ws', { WebSocketImpl: withCookie(cookie) })

  test('every event that we send is one of AG-UI core', () => {
    const lines = readFileSync(new URL('../../../bot/testdata/events.jsonl', import.meta.url), 'utf8').trim().split('\n')
    for (const line of lines) {
      const parsed = EventSchemas.safeParse(JSON.parse(line))
      assert.ok(parsed.success, `${line}: ${parsed.error}`)
    }
    assert.ok(lines.length > 10)
  })

  test('TanStack AI webSocket(): two questions, a tool call, a source', async () => {
    const chunks = []
    const client = new ChatClient({ connection: connect(await cookieOf(server.url, 'seeker')), onChunk: (c) => chunks.push(c) })
    await client.sendMessage('code rome boulanger svp')
    const answer = client.getMessages().at(-1)
    assert.equal(answer.role, 'assistant')
    assert.equal(answer.parts.find((p) => p.type === 'tool-call')?.name, 'search_rome')
    assert.match(text(answer), /D1102/)
    assert.ok(chunks.some((c) => c.type === 'CUSTOM' && c.name === 'source' && c.value.sourceId === 'D1102'))

    await client.sendMessage('c quoi la charte ia')
    const second = client.getMessages().at(-1)
    assert.equal(second.role, 'assistant')
    assert.notEqual(second.id, answer.id)
    assert.match(text(second), /charte/i)
    assert.equal(client.getError?.() ?? undefined, undefined)
  })

  test('TanStack AI joinRun(): a finished run is replayed, then the socket closes', async () => {
    let runId
    const connection = connect(await cookieOf(server.url, 'seeker'))
    const client = new ChatClient({ connection, onChunk: (c) => { runId ??= c.runId } })
    await client.sendMessage('code rome boulanger svp')
    const types = []
    for await (const chunk of connection.joinRun(runId)) types.push(chunk.type)
    assert.equal(types[0], 'RUN_STARTED')
    assert.equal(types.at(-1), 'RUN_FINISHED')
  })

  test('AG-UI HttpAgent: a question with a tool call over SSE', async () => {
    const agent = new HttpAgent({ url: `${server.url}/agui`, headers: { Cookie: await cookieOf(server.url, 'seeker') } })
    const events = []
    agent.addMessage({ id: 'q1', role: 'user', content: 'code rome boulanger svp' })
    await agent.runAgent({}, { onEvent: ({ event }) => { events.push(event) } })
    assert.equal(events[0].type, 'RUN_STARTED')
    assert.equal(events.at(-1).type, 'RUN_FINISHED')
    assert.ok(events.some((e) => e.type === 'TOOL_CALL_RESULT'))
    const texts = agent.messages.filter((m) => m.role === 'assistant').map((m) => m.content ?? '')
    assert.match(texts.join('\n'), /D1102/)

    agent.addMessage({ id: 'q2', role: 'user', content: 'merci bcp' })
    await agent.runAgent()
    assert.ok(agent.messages.at(-1).content.length > 0)
  })
})
