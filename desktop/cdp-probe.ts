import { request } from 'node:http';

const PROBE_TIMEOUT_MS = 1000;

/** True when the browser answers on the socket and has a page open. */
export function cdpAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const get = request(
      { socketPath: path, path: '/json/list', headers: { host: 'localhost' }, timeout: PROBE_TIMEOUT_MS },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', () => resolve(false));
        response.on('end', () => resolve(response.statusCode === 200 && /"type":\s*"page"/.test(text)));
      },
    );
    get.on('timeout', () => get.destroy());
    get.on('error', () => resolve(false));
    get.on('close', () => resolve(false));
    get.end();
  });
}
