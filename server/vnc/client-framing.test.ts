import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientFraming, RfbViolation, type ViewerMode } from './client-framing.ts';

const HANDSHAKE = Buffer.from('RFB 003.008\n\x01\x00', 'latin1');
const SHARED = Buffer.from('RFB 003.008\n\x01\x01', 'latin1');

interface Sample {
  bytes: Buffer;
  acts: boolean;
}

/** A message of a known type: `head`, whose bytes after the type are given or random, and a body. */
const message = (type: number, length: number, acts: boolean) =>
  fc
    .uint8Array({ minLength: length - 1, maxLength: length - 1 })
    .map((rest): Sample => ({ bytes: Buffer.from([type, ...rest]), acts }));

const withLength = (
  type: number,
  acts: boolean,
  maxItems: number,
  itemBytes: number,
  head: (items: number) => Buffer,
) =>
  fc.nat(maxItems).chain((items) =>
    fc.uint8Array({ minLength: items * itemBytes, maxLength: items * itemBytes }).map((body): Sample => {
      return { bytes: Buffer.concat([Buffer.of(type), head(items), body]), acts };
    }),
  );

const bytes = (length: number, write: (buffer: Buffer) => void) => {
  const buffer = Buffer.alloc(length, 0xaa);
  write(buffer);
  return buffer;
};

const anyMessage: fc.Arbitrary<Sample> = fc.oneof(
  message(0, 20, false),
  withLength(2, false, 40, 4, (n) => bytes(3, (b) => b.writeUInt16BE(n, 1))),
  message(3, 10, false),
  message(4, 8, true),
  message(5, 6, true).map(({ bytes: pointer, acts }) => {
    pointer.writeUInt8(pointer.readUInt8(1) & 0x7f, 1);
    return { bytes: pointer, acts };
  }),
  message(5, 7, true).map(({ bytes: pointer, acts }) => {
    pointer.writeUInt8(pointer.readUInt8(1) | 0x80, 1);
    return { bytes: pointer, acts };
  }),
  withLength(6, true, 300, 1, (n) => bytes(7, (b) => b.writeInt32BE(n, 3))),
  withLength(6, true, 300, 1, (n) => bytes(7, (b) => b.writeInt32BE(-n, 3))),
  message(150, 10, false),
  withLength(248, false, 64, 1, (n) => bytes(8, (b) => b.writeUInt8(n, 7))),
  message(250, 4, true),
  withLength(251, true, 4, 16, (n) => bytes(7, (b) => b.writeUInt8(n, 5))),
  message(255, 12, true).map(({ bytes: key, acts }) => {
    key.writeUInt8(0, 1);
    return { bytes: key, acts };
  }),
);

/** Sends a stream in pieces that end where the cuts say. */
function pass(mode: ViewerMode, stream: Buffer, cuts: readonly number[], onHumanInput = () => {}): Buffer {
  const framing = createClientFraming(mode, onHumanInput);
  const ends = [...new Set(cuts.map((cut) => cut % (stream.length + 1))), stream.length].sort(
    (a, b) => a - b,
  );
  const out: Buffer[] = [];
  let from = 0;
  for (const end of ends) {
    out.push(...framing.push(Buffer.from(stream.subarray(from, end))));
    from = end;
  }
  return Buffer.concat(out);
}

const streams = fc.tuple(fc.array(anyMessage, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 60 }));

describe('createClientFraming', () => {
  it('[VNC-2] view: whatever acts never goes on, the rest goes on byte by byte, at any split', () => {
    fc.assert(
      fc.property(streams, ([messages, cuts]) => {
        const stream = Buffer.concat([HANDSHAKE, ...messages.map((sample) => sample.bytes)]);
        const passive = messages.filter((sample) => !sample.acts).map((sample) => sample.bytes);
        expect(pass('view', stream, cuts)).toEqual(Buffer.concat([SHARED, ...passive]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('[VNC-2] control: every byte goes on unchanged but the shared flag', () => {
    fc.assert(
      fc.property(streams, ([messages, cuts]) => {
        const body = messages.map((sample) => sample.bytes);
        expect(pass('control', Buffer.concat([HANDSHAKE, ...body]), cuts)).toEqual(
          Buffer.concat([SHARED, ...body]),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('[VNC-2] byte by byte is the same as at once', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 8 }), (messages) => {
        const stream = Buffer.concat([HANDSHAKE, ...messages.map((sample) => sample.bytes)]);
        const everywhere = Array.from(stream, (_, index) => index);
        expect(pass('view', stream, everywhere)).toEqual(pass('view', stream, []));
      }),
      { numRuns: 200 },
    );
  });

  it('[VNC-2] random bytes: nothing but the five passive kinds ever begins a forwarded message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const framing = createClientFraming('view', () => {});
        framing.push(Buffer.from(HANDSHAKE));
        let forwarded: Buffer;
        try {
          forwarded = Buffer.concat(framing.push(Buffer.from(noise)));
        } catch (error) {
          expect(error).toBeInstanceOf(RfbViolation);
          return;
        }
        if (forwarded.length > 0) expect([0, 2, 3, 150, 248]).toContain(forwarded[0]);
        const again = createClientFraming('view', () => {});
        again.push(Buffer.from(HANDSHAKE));
        expect(Buffer.concat(again.push(Buffer.from(forwarded)))).toEqual(forwarded);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[PERF-6] control: a whole chunk goes on as it is, without a copy', () => {
    const framing = createClientFraming('control', () => {});
    framing.push(Buffer.from(HANDSHAKE));
    const chunk = Buffer.from([4, 1, 0, 0, 0, 0, 0, 65, 5, 0, 0, 1, 0, 1]);
    expect(framing.push(chunk)[0]).toBe(chunk);
  });

  it.each<[string, number[]]>([
    ['an unknown type', [7]],
    ['a clipboard of more than 256 KiB', [6, 0, 0, 0, 0, 4, 0, 1]],
    ['an extended clipboard of more than 256 KiB', [6, 0, 0, 0, 0x80, 0, 0, 0]],
    ['too many encodings', [2, 0, 0xff, 0xff]],
    ['too long a fence', [248, 0, 0, 0, 0, 0, 0, 0, 65]],
    ['too many screens', [251, 0, 0, 1, 0, 1, 17, 0]],
    ['an unknown QEMU submessage', [255, 1, 0, 0]],
  ])('[VNC-2] refuses %s in both modes', (_, violation) => {
    for (const mode of ['view', 'control'] as const) {
      const framing = createClientFraming(mode, () => {});
      framing.push(Buffer.from(HANDSHAKE));
      expect(() => framing.push(Buffer.from(violation))).toThrow(RfbViolation);
    }
  });

  it.each([
    ['RFB 3.3', 'RFB 003.003\n'],
    ['plain HTTP', 'GET / HTTP/1.1'],
    ['a security type that was not offered', 'RFB 003.008\n\x02'],
  ])('[VNC-2] refuses %s', (_, start) => {
    expect(() => createClientFraming('control', () => {}).push(Buffer.from(start, 'latin1'))).toThrow(
      RfbViolation,
    );
  });

  it.each<[string, number[], number]>([
    ['a key going down', [4, 1, 0, 0, 0, 0, 0, 65], 1],
    ['a key going up', [4, 0, 0, 0, 0, 0, 0, 65], 0],
    ['a button held', [5, 1, 0, 1, 0, 1], 1],
    ['a mere move', [5, 0, 0, 1, 0, 1], 0],
    ['a QEMU key going down', [255, 0, 0, 1, 0, 0, 0, 65, 0, 0, 0, 30], 1],
    ['a button held and moved', [5, 1, 0, 1, 0, 1, 5, 1, 0, 2, 0, 2], 2],
    ['a clipboard', [6, 0, 0, 0, 0, 0, 0, 1, 65], 0],
  ])('[AGT-4] human input: %s', (_, bytesOfMessage, times) => {
    for (const [mode, expected] of [
      ['control', times],
      ['view', 0],
    ] as const) {
      let seen = 0;
      const stream = Buffer.concat([HANDSHAKE, Buffer.from(bytesOfMessage)]);
      pass(mode, stream, [15], () => {
        seen++;
      });
      expect(seen).toBe(expected);
    }
  });
});
