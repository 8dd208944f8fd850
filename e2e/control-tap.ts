import type { Page } from '@playwright/test';
import type { ServerMessage } from '../shared/protocol.ts';

declare global {
  interface Window {
    controlTap: { opened: number; snapshot: string; deliver(data: string): void; close(code: number): void };
  }
}

/** Stands between the page and its control socket; the picture's socket stays the browser's own. */
export class ControlTap {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Before the page is opened. `release` rewrites what the server says of its build. */
  static async install(page: Page, release?: string): Promise<ControlTap> {
    await page.addInitScript((forged) => {
      let current: WebSocket | null = null;
      window.controlTap = {
        opened: 0,
        snapshot: '',
        deliver: (data) => current?.dispatchEvent(new MessageEvent('message', { data })),
        close: (code) => {
          const socket = current;
          socket?.dispatchEvent(new CloseEvent('close', { code }));
          socket?.close();
        },
      };
      const forge = (event: MessageEvent) => {
        if (event.isTrusted && event.data.includes('"type":"snapshot"')) {
          window.controlTap.snapshot = event.data;
        }
        if (!forged || !event.isTrusted || !event.data.includes('"auth_ok"')) return;
        event.stopImmediatePropagation();
        const data = JSON.stringify({ ...JSON.parse(event.data), release: forged });
        event.currentTarget?.dispatchEvent(new MessageEvent('message', { data }));
      };
      window.WebSocket = new Proxy(window.WebSocket, {
        construct(Native, parameters: [string, string[]?]) {
          const socket = new Native(...parameters);
          if (!parameters[0].endsWith('/ws')) return socket;
          current = socket;
          window.controlTap.opened += 1;
          socket.addEventListener('message', forge);
          return socket;
        },
      });
    }, release);
    return new ControlTap(page);
  }

  deliver(message: ServerMessage | Record<string, unknown>): Promise<void> {
    return this.#page.evaluate((data) => window.controlTap.deliver(data), JSON.stringify(message));
  }

  /** The last snapshot that the server sent. */
  async snapshot(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.#page.evaluate(() => window.controlTap.snapshot));
  }

  close(code: number): Promise<void> {
    return this.#page.evaluate((given) => window.controlTap.close(given), code);
  }

  /** How many control sockets this document has opened. */
  opened(): Promise<number> {
    return this.#page.evaluate(() => window.controlTap.opened);
  }
}
