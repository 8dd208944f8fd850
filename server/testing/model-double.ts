import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicEvents, openAiChunks } from './model-wire.ts';

/** What the double answers to one request. */
export interface ModelReply {
  text?: string;
  /** Tools to use; arguments given as a text are sent as they are. */
  calls?: { tool: string; input: unknown; id?: string }[];
  inputTokens?: number;
  outputTokens?: number;
  /** As a provider names it; by default what fits the rest. */
  finish?: string;
  /** An error instead of a stream. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** The connection is cut after so many chunks. */
  cutAfter?: number;
  /** The stream ends in good order after so many chunks, without saying that it is complete. */
  endAfter?: number;
  /** Nothing comes until the client goes away. */
  silent?: boolean;
}

export interface ModelRequest {
  path: string;
  headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: each provider has its own shape, and tests look into it
  body: any;
  bytes: number;
  /** Resolves when the client has gone away before the answer's end. */
  abandoned: Promise<void>;
}

export type ModelScript = (request: ModelRequest, index: number) => ModelReply;

export interface ModelDouble {
  /** Up to and with `/v1`. */
  readonly baseUrl: string;
  readonly requests: ModelRequest[];
  /** Replies in order, the last one for ever; or a function of the request. Forgets what was asked before. */
  play(script: ModelReply[] | ModelScript): void;
  stop(): Promise<void>;
}

/** A language model that follows a script, over real HTTP: `/chat/completions` and `/messages`, streamed. */
export async function startModelDouble(): Promise<ModelDouble> {
  const requests: ModelRequest[] = [];
  let script: ModelScript = () => ({ status: 500 });

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const abandoned = once(response, 'close').then(() => {
      if (!response.writableFinished) return undefined;
      return new Promise<undefined>(() => {});
    });
    const { url: path = '', headers } = incoming;
    const request = { path, headers, body: JSON.parse(String(raw)), bytes: raw.length, abandoned };
    requests.push(request);
    await send(response, script(request, requests.length - 1), path.endsWith('/messages'));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    play(next) {
      requests.length = 0;
      script = typeof next === 'function' ? next : (_request, index) => next[index] ?? next.at(-1) ?? {};
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function send(response: ServerResponse, reply: ModelReply, anthropic: boolean): Promise<void> {
  if (reply.silent) return;
  if (reply.status !== undefined) {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(
      JSON.stringify(reply.body ?? { error: { message: `status ${reply.status}`, type: 'error' } }),
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = anthropic ? anthropicEvents(reply) : openAiChunks(reply);
  for (const [index, event] of events.entries()) {
    if (index === reply.cutAfter) {
      response.destroy();
      return;
    }
    if (index === reply.endAfter) break;
    // Each chunk on its own, as a model thinks: flushed before the next one.
    await new Promise((resolve) => response.write(event, resolve));
  }
  response.end();
}
