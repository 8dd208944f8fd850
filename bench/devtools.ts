import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Where a browser's debugging interface listens. */
export type Devtools = { socketPath: string } | { host: string; port: number };

interface Target {
  id: string;
  type: string;
  title: string;
}

const SHOWN_TIMEOUT_MS = 15_000;

/** Shows `url` in the only tab; resolves once that page says by its title that it has been painted. */
export async function showPage(devtools: Devtools, url: string): Promise<void> {
  const before = await pagesOf(devtools);
  const { id } = JSON.parse(await call(devtools, 'PUT', `/json/new?${url}`)) as Target;
  for (const page of before) await call(devtools, 'GET', `/json/close/${page.id}`);
  const deadline = performance.now() + SHOWN_TIMEOUT_MS;
  for (;;) {
    const page = (await pagesOf(devtools)).find((target) => target.id === id);
    if (page?.title === 'ready') return;
    if (performance.now() > deadline) throw new Error(`the browser did not show ${url}: ${page?.title}`);
    await delay(100);
  }
}

async function pagesOf(devtools: Devtools): Promise<Target[]> {
  const targets = JSON.parse(await call(devtools, 'GET', '/json/list')) as Target[];
  return targets.filter(({ type }) => type === 'page');
}

function call(devtools: Devtools, method: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { ...devtools, method, path, headers: { host: 'localhost' }, timeout: 5_000 };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${path}: ${response.statusCode}`)),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`${path}: no answer`)));
    sent.on('error', reject);
    sent.end();
  });
}
