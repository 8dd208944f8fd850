import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestPages {
  /** host:port, for EGRESS_ALLOW_PRIVATE. */
  host: string;
  url: string;
  /** What was asked of it: method and path with query. */
  hits: string[];
  stop(): Promise<void>;
}

const FORM = `<!doctype html><meta charset="utf-8"><title>Order form</title>
<style>body{margin:0;font:24px sans-serif;background:#fff}
label,input,select,button{display:block;font:inherit;margin:8px}
#name{position:absolute;left:40px;top:40px;width:600px;height:60px}
#send{position:absolute;left:40px;top:140px;width:300px;height:60px}
#rest{position:absolute;left:40px;top:240px}</style>
<form action="/sent">
<input id="name" name="name" aria-label="Your name">
<button id="send">Send order</button>
<div id="rest"><label>Size <select name="size"><option>Small</option><option>Large</option></select></label>
<p>Total: <span data-testid="total">42 dollars</span></p></div>
</form><div style="height:3000px"></div><p>The very end</p>
<script>requestAnimationFrame(() => requestAnimationFrame(() => fetch('/painted')));
addEventListener('scroll', () => fetch('/scrolled'), { once: true })</script>`;

/** Changes its colour ten times a second, in the middle of the screen. */
const TICKER = `<!doctype html><title>Ticker</title><body style="margin:0;background:#fff">
<div id="t" style="position:fixed;left:540px;top:160px;width:200px;height:300px"></div>
<script>let n = 0; setInterval(() => t.style.background = n++ % 2 ? '#c04020' : '#2040c0', 100)</script>`;

/** A small site of our own for the remote browser to visit. */
export async function startTestPages(): Promise<TestPages> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    const url = new URL(request.url ?? '/', 'http://x');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (url.pathname === '/form') response.end(FORM);
    else if (url.pathname === '/ticker') response.end(TICKER);
    else if (url.pathname === '/reports')
      response.end('<title>Reports</title><a href="/report.csv">Report</a>');
    else if (url.pathname === '/report.csv') {
      response.setHeader('content-disposition', 'attachment; filename="report.csv"');
      response.end('a;b');
    } else if (url.pathname === '/go') {
      response.writeHead(302, { location: url.searchParams.get('to') ?? '/' }).end();
    } else if (url.pathname === '/sent') {
      response.end(
        `<title>Thank you</title><h1>Thank you, ${escapeHtml(url.searchParams.get('name') ?? '')}</h1>`,
      );
    } else if (url.pathname === '/colour') {
      const colour = /^[0-9a-f]{6}$/.exec(url.searchParams.get('c') ?? '')?.[0] ?? 'ffffff';
      response.end(`<title>Colour</title><body style="margin:0;background:#${colour}">`);
    } else response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}`,
    hits,
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

const escapeHtml = (text: string) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
