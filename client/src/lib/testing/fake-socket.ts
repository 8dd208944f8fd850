import type { ClientMessage, ServerMessage } from '../../../../shared/protocol.ts';
import type { LinkSocket } from '../websocket.ts';

/** The server's end of a browser's WebSocket, in a test's hands. */
export class FakeSocket implements LinkSocket {
  readyState: LinkSocket['readyState'] = 0;
  onopen: LinkSocket['onopen'] = null;
  onmessage: LinkSocket['onmessage'] = null;
  onclose: LinkSocket['onclose'] = null;
  onerror: LinkSocket['onerror'] = null;
  readonly sent: ClientMessage[] = [];

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.readyState = 3;
  }

  accept(): void {
    this.readyState = 1;
    this.onopen?.call(this as never, new Event('open'));
  }

  say(message: ServerMessage): void {
    this.onmessage?.call(this as never, new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  /** Ends it as the server, or the network (1006), would. */
  end(code: number): void {
    this.readyState = 3;
    this.onclose?.call(this as never, Object.assign(new Event('close'), { code }) as CloseEvent);
  }

  get auth(): Extract<ClientMessage, { type: 'auth' }> | undefined {
    return this.sent.find((message) => message.type === 'auth');
  }
}
