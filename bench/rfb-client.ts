import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { createByteReader } from './byte-reader.ts';
import { readTight } from './tight.ts';

/** A rectangle of raw pixels, four bytes each: blue, green, red, unused. Tight ones come without pixels. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
  pixels: Buffer;
  /** Red, green, blue of a Tight rectangle of one colour. */
  fill: Buffer | null;
}

export interface RfbClientEvents {
  /** One update, all of its rectangles; `atMs` is when its last byte arrived. */
  update: [{ rectangles: Rectangle[]; atMs: number }];
  cutText: [string];
  closed: [{ code: number; reason: string }];
}

/** Bytes both ways, whatever carries them. */
export interface RfbTransport {
  write(bytes: Buffer): void;
  onData(handler: (bytes: Buffer) => void): void;
  onClose(handler: (code: number, reason: string) => void): void;
  close(): void;
}

export function unixTransport(path: string): RfbTransport {
  const socket = connect({ path });
  socket.on('error', () => {});
  return {
    write: (bytes) => void socket.write(bytes),
    onData: (handler) => void socket.on('data', handler),
    onClose: (handler) => void socket.once('close', () => handler(1006, '')),
    close: () => void socket.destroy(),
  };
}

export function webSocketTransport(url: string, ticket: string, origin: string): RfbTransport {
  const socket = new WebSocket(url, ['binary', `ticket.${ticket}`], { origin, perMessageDeflate: false });
  const opened = new Promise<void>((resolve) => socket.once('open', resolve));
  let failure = '';
  socket.on('error', (error) => {
    failure = error.message; // ws names the status of a refused upgrade here only
  });
  return {
    write: (bytes) =>
      void (socket.readyState === WebSocket.OPEN
        ? socket.send(bytes)
        : opened.then(() => socket.send(bytes))),
    onData: (handler) => void socket.on('message', (data) => handler(data as Buffer)),
    onClose: (handler) =>
      void socket.once('close', (code, reason) => handler(code, reason.toString() || failure)),
    close: () => socket.close(),
  };
}

const RAW = 0;
const TIGHT = 7;
const LAST_RECTANGLE = -224;
const FENCE = -312;
const CONTINUOUS_UPDATES = -313;
const BYTES_PER_PIXEL = 4;
const UNCOUNTED = 0xffff;

const ENCODINGS = {
  raw: [RAW],
  /** What decides noVNC's frame rate: Tight with JPEG of quality 7, effort 2, updates without asking. */
  noVNC: [TIGHT, RAW, -32 + 7, -256 + 2, LAST_RECTANGLE, FENCE, CONTINUOUS_UPDATES],
};

export interface RfbClientOptions {
  exclusive?: boolean;
  encodings?: keyof typeof ENCODINGS;
}

/** A small RFB 3.8 client: what a viewer costs at the very least. */
export class RfbClient extends EventEmitter<RfbClientEvents> {
  readonly width: number;
  readonly height: number;
  readonly name: string;
  readonly #transport: RfbTransport;
  #updatesComeUnasked = false;

  private constructor(transport: RfbTransport, width: number, height: number, name: string) {
    super();
    this.#transport = transport;
    this.width = width;
    this.height = height;
    this.name = name;
  }

  /** Shakes hands and asks for pixels of 32 bits; rejects when the connection closes before that. */
  static async connect(transport: RfbTransport, options: RfbClientOptions = {}): Promise<RfbClient> {
    const reader = createByteReader(transport.onData);
    const closed = new Promise<{ code: number; reason: string }>((resolve) =>
      transport.onClose((code, reason) => {
        reader.end(new Error(`RFB connection closed: ${code} ${reason}`));
        resolve({ code, reason });
      }),
    );
    await reader.take(12);
    transport.write(Buffer.from('RFB 003.008\n'));
    await reader.take((await reader.take(1)).readUInt8(0));
    transport.write(Buffer.of(1));
    const result = (await reader.take(4)).readUInt32BE(0);
    if (result !== 0) throw new Error(`RFB security result ${result}`);
    transport.write(Buffer.of(options.exclusive ? 0 : 1));
    const init = await reader.take(24);
    const name = await reader.take(init.readUInt32BE(20));
    const client = new RfbClient(transport, init.readUInt16BE(0), init.readUInt16BE(2), name.toString());
    transport.write(Buffer.from([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]));
    transport.write(setEncodings(ENCODINGS[options.encodings ?? 'raw']));
    void client.#read(reader.take).catch(() => undefined);
    void closed.then((close) => client.emit('closed', close));
    return client;
  }

  requestUpdate(incremental: boolean): void {
    const message = Buffer.alloc(10);
    message.writeUInt8(3, 0);
    message.writeUInt8(incremental ? 1 : 0, 1);
    message.writeUInt16BE(this.width, 6);
    message.writeUInt16BE(this.height, 8);
    this.#transport.write(message);
  }

  /** Asks for the next update, unless the server sends them by itself. */
  wantNextUpdate(): void {
    if (!this.#updatesComeUnasked) this.requestUpdate(true);
  }

  sendKey(keysym: number, down: boolean): void {
    const message = Buffer.from([4, down ? 1 : 0, 0, 0, 0, 0, 0, 0]);
    message.writeUInt32BE(keysym, 4);
    this.#transport.write(message);
  }

  sendPointer(x: number, y: number, buttons = 0): void {
    const message = Buffer.from([5, buttons, 0, 0, 0, 0]);
    message.writeUInt16BE(x, 2);
    message.writeUInt16BE(y, 4);
    this.#transport.write(message);
  }

  sendCutText(text: string): void {
    const header = Buffer.from([6, 0, 0, 0, 0, 0, 0, 0]);
    header.writeInt32BE(text.length, 4);
    this.#transport.write(Buffer.concat([header, Buffer.from(text, 'latin1')]));
  }

  /** Any bytes at all, for those who test what a server makes of them. */
  sendBytes(bytes: Buffer): void {
    this.#transport.write(bytes);
  }

  close(): void {
    this.#transport.close();
  }

  async #read(take: (bytes: number) => Promise<Buffer>): Promise<void> {
    for (;;) {
      const type = (await take(1)).readUInt8(0);
      if (type === 0) await this.#readUpdate(take);
      else if (type === 3) {
        const header = await take(7);
        this.emit('cutText', (await take(header.readUInt32BE(3))).toString('latin1'));
      } else if (type === 150) this.#enableContinuousUpdates();
      else if (type === 248) await this.#answerFence(take);
      else if (type !== 2) throw new Error(`RFB server message ${type} was not asked for`);
    }
  }

  async #readUpdate(take: (bytes: number) => Promise<Buffer>): Promise<void> {
    const count = (await take(3)).readUInt16BE(1);
    const rectangles: Rectangle[] = [];
    for (let index = 0; index < count || count === UNCOUNTED; index++) {
      const header = await take(12);
      const encoding = header.readInt32BE(8);
      if (encoding === LAST_RECTANGLE) break;
      const [x = 0, y = 0, width = 0, height = 0] = [0, 2, 4, 6].map((at) => header.readUInt16BE(at));
      let pixels: Buffer = Buffer.alloc(0);
      let fill: Buffer | null = null;
      if (encoding === RAW) pixels = await take(width * height * BYTES_PER_PIXEL);
      else if (encoding === TIGHT) fill = await readTight(take, width, height);
      else throw new Error(`RFB encoding ${encoding} was not asked for`);
      rectangles.push({ x, y, width, height, pixels, fill });
    }
    this.emit('update', { rectangles, atMs: performance.now() });
  }

  /** The server's word that it can; once told to, it sends updates by itself. */
  #enableContinuousUpdates(): void {
    this.#updatesComeUnasked = true;
    const message = Buffer.alloc(10);
    message.writeUInt8(150, 0);
    message.writeUInt8(1, 1);
    message.writeUInt16BE(this.width, 6);
    message.writeUInt16BE(this.height, 8);
    this.#transport.write(message);
  }

  /** A fence tells the server how far behind we are; the two flags are those that noVNC keeps. */
  async #answerFence(take: (bytes: number) => Promise<Buffer>): Promise<void> {
    const header = await take(8);
    const payload = await take(header.readUInt8(7));
    const answer = Buffer.alloc(9);
    answer.writeUInt8(248, 0);
    answer.writeUInt32BE(header.readUInt32BE(3) & 3, 4);
    answer.writeUInt8(payload.length, 8);
    this.#transport.write(Buffer.concat([answer, payload]));
  }
}

function setEncodings(encodings: readonly number[]): Buffer {
  const message = Buffer.alloc(4 + 4 * encodings.length);
  message.writeUInt8(2, 0);
  message.writeUInt16BE(encodings.length, 2);
  for (const [index, encoding] of encodings.entries()) message.writeInt32BE(encoding, 4 + 4 * index);
  return message;
}
