import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where in the screen both pages change. */
export const PROBE = { x: 640, y: 387 };
/** A click here gives the page the keyboard and keeps the pointer's picture off the probe. */
export const ASIDE = { x: 1000, y: 640 };

/** Flips between black and white at every key. */
const FLIP = `<!doctype html><title>loading</title><style>body{margin:0;background:#000}</style><script>
let white = false
addEventListener('keydown', () => { white = !white; document.body.style.background = white ? '#fff' : '#000' })
requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'ready' }))</script>`;

/** Every pixel of the page changes in every frame: a soft, colourful picture that scrolls past. */
const MOTION = `<!doctype html><title>loading</title>
<style>body{margin:0;overflow:hidden}canvas{display:block}</style><canvas id="screen"></canvas><script>
const [width, height] = [innerWidth, innerHeight]
const picture = Object.assign(document.createElement('canvas'), { width, height })
const paint = picture.getContext('2d')
for (let n = 0; n < 900; n++) {
  paint.fillStyle = 'hsla(' + (n * 47 % 360) + ' 70% ' + (25 + n * 13 % 55) + '% / .5)'
  paint.beginPath()
  paint.arc(n * 197 % width, n * 131 % height, 10 + n * 29 % 90, 0, 7)
  paint.fill()
}
const shown = Object.assign(document.getElementById("screen"), { width, height })
const out = shown.getContext('2d', { alpha: false })
let shift = 0
const frame = () => {
  shift = (shift + 7) % width
  out.drawImage(picture, -shift, 0)
  out.drawImage(picture, width - shift, 0)
  document.title = 'ready'
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)</script>`;

export interface Pages {
  /** host:port, for EGRESS_ALLOW_PRIVATE. */
  host: string;
  flip: string;
  motion: string;
  stop(): Promise<void>;
}

/** The two pages that the measured browsers show. */
export async function startPages(): Promise<Pages> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url === '/flip') response.end(FLIP);
    else if (request.url === '/motion') response.end(MOTION);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    flip: `http://${host}/flip`,
    motion: `http://${host}/motion`,
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
