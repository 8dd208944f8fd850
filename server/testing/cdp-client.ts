import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface CdpAnswer {
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** A CDP client as bare as can be: sends what it is told, and keeps what it hears. */
export class CdpClient {
  readonly socket: WebSocket;
  readonly events: { method: string; params: Record<string, unknown>; sessionId?: string }[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #waiting = new Map<number, (answer: CdpAnswer) => void>();
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.id === undefined) this.events.push(message);
      else this.#waiting.get(message.id)?.(message);
    });
  }

  static async connect(url: string, token?: string, origin?: string): Promise<CdpClient> {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const client = new CdpClient(new WebSocket(url, { headers, ...(origin ? { origin } : {}) }));
    await once(client.socket, 'open');
    return client;
  }

  send(method: string, params: Record<string, unknown> = {}, sessionId?: string): Promise<CdpAnswer> {
    const id = this.#nextId++;
    const answered = new Promise<CdpAnswer>((resolve) => this.#waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
    return answered;
  }

  /** Attaches to the first tab; resolves with the session that commands to it name. */
  async attach(): Promise<string> {
    const { result } = await this.send('Target.getTargets');
    const targets = result?.targetInfos as { targetId: string; type: string }[];
    const tab = targets.find(({ type }) => type === 'page');
    const attached = await this.send('Target.attachToTarget', { targetId: tab?.targetId, flatten: true });
    return attached.result?.sessionId as string;
  }

  close(): void {
    this.socket.close();
  }
}
