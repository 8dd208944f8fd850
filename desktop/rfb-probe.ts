import { connect } from 'node:net';

const PROBE_TIMEOUT_MS = 1000;
const VERSION = Buffer.from('RFB 003.008\n');
const NO_SECURITY = Buffer.from([1]);
const SHARED = Buffer.from([1]);
/** SetEncodings: raw only, so that a pixel comes as four bytes. */
const RAW_ONLY = Buffer.from([2, 0, 0, 1, 0, 0, 0, 0]);
const UPDATE_HEADER_BYTES = 16;

/**
 * Asks a display for one pixel: null when nobody answers, else whether something was painted there. The X
 * root window is black, Chromium's toolbar never is.
 */
export async function rfbPixelIsPainted(path: string, x: number, y: number): Promise<boolean | null> {
  const socket = connect(path);
  socket.setTimeout(PROBE_TIMEOUT_MS, () => socket.destroy());
  let waiting = Buffer.alloc(0);
  const chunks = socket.iterator() as AsyncIterator<Buffer>;
  const take = async (length: number): Promise<Buffer> => {
    while (waiting.length < length) {
      const { value, done } = await chunks.next();
      if (done) throw new Error('the display hung up');
      waiting = Buffer.concat([waiting, value]);
    }
    const taken = waiting.subarray(0, length);
    waiting = waiting.subarray(length);
    return taken;
  };
  try {
    await take(VERSION.length);
    socket.write(VERSION);
    const [securityTypes] = await take(1);
    await take(securityTypes ?? 0);
    socket.write(NO_SECURITY);
    await take(4);
    socket.write(SHARED);
    const serverInit = await take(24);
    await take(serverInit.readUInt32BE(20));
    socket.write(Buffer.concat([RAW_ONLY, updateRequest(x, y)]));
    await take(UPDATE_HEADER_BYTES);
    return (await take(4)).readUInt32BE(0) !== 0;
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

function updateRequest(x: number, y: number): Buffer {
  const request = Buffer.alloc(10);
  request.writeUInt8(3, 0);
  request.writeUInt16BE(x, 2);
  request.writeUInt16BE(y, 4);
  request.writeUInt16BE(1, 6);
  request.writeUInt16BE(1, 8);
  return request;
}
