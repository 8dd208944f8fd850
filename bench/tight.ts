type Take = (bytes: number) => Promise<Buffer>;

const FILL = 8;
const JPEG = 9;
const EXPLICIT_FILTER = 4;
const PALETTE = 1;
const PIXEL_BYTES = 3;
/** Less than this is sent without zlib and without a length. */
const COMPRESSED_FROM_BYTES = 12;

/** Reads one rectangle in the Tight encoding: its colour when it is of one, else null; the rest is not decoded. */
export async function readTight(take: Take, width: number, height: number): Promise<Buffer | null> {
  const kind = (await take(1)).readUInt8(0) >> 4;
  if (kind === FILL) return take(PIXEL_BYTES);
  if (kind === JPEG) {
    await take(await compactLength(take));
    return null;
  }
  if (kind > JPEG) throw new Error(`Tight compression ${kind} was not asked for`);
  const filter = kind & EXPLICIT_FILTER ? (await take(1)).readUInt8(0) : 0;
  let rowBytes = width * PIXEL_BYTES;
  if (filter === PALETTE) {
    const colours = (await take(1)).readUInt8(0) + 1;
    await take(colours * PIXEL_BYTES);
    rowBytes = colours <= 2 ? Math.ceil(width / 8) : width;
  }
  const bytes = rowBytes * height;
  await take(bytes < COMPRESSED_FROM_BYTES ? bytes : await compactLength(take));
  return null;
}

/** Seven bits a byte, low first, at most three bytes. */
async function compactLength(take: Take): Promise<number> {
  let length = 0;
  for (let shift = 0; shift <= 14; shift += 7) {
    const byte = (await take(1)).readUInt8(0);
    length |= (shift === 14 ? byte : byte & 0x7f) << shift;
    if (!(byte & 0x80)) break;
  }
  return length;
}
