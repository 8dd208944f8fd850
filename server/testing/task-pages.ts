import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TaskPages {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly origin: string;
  /** What was asked of it: method and path. */
  readonly hits: string[];
  stop(): Promise<void>;
}

/** Serves HTML, and PDFs as bytes, by path: pages that give an agent something to do. */
export async function serveTaskPages(pages: Readonly<Record<string, string | Buffer>>): Promise<TaskPages> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const html = pages[pathname];
    if (typeof html === 'object') {
      response.writeHead(200, { 'content-type': 'application/pdf' }).end(html);
      return;
    }
    response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(html === undefined ? 'not found' : `<!doctype html><title>${pathname}</title>${html}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    hits,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
