import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEgressPolicy, type EgressPolicyOptions } from './egress-policy.ts';

const PUBLIC = '93.184.215.14';

function policyFor(names: Record<string, string[]> = {}, options: Partial<EgressPolicyOptions> = {}) {
  return createEgressPolicy({
    allowPrivate: [],
    ownAddresses: () => ['203.0.113.9', '8.8.4.4', '2a00:1450::99'],
    resolve: async (host) => {
      const found = names[host];
      if (!found) throw new Error('ENOTFOUND');
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
    ...options,
  });
}

const SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '0x7f.0.0.1',
  '0x7f000001',
  '0177.0.0.1',
  '017700000001',
  '2130706433',
  '0',
  '0.0.0.0',
  'localhost',
  'LOCALHOST.',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '0xa9fea9fe',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:7f00:1]',
  '[::127.0.0.1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::a00:1]',
  '[fe80::1]',
  '[fe80::1%lo]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
  '[2001:db8::1]',
  '[0:0:0:0:0:0:0:1]',
  '',
  '[',
];

describe('egress policy', () => {
  it.each(SPELLINGS)('[ISO-4] refuses %s with the real resolver', async (host) => {
    const policy = createEgressPolicy({ allowPrivate: [] });
    expect(await policy(host, 80)).toMatchObject({ allowed: false });
  });

  it('[ISO-4] lets public addresses through, and names exactly what to connect to', async () => {
    const policy = policyFor({ 'example.com': [PUBLIC, '2606:2800:21f:cb07:6820:80da:af6b:8b2c'] });
    expect(await policy('Example.com.', 443)).toEqual({
      allowed: true,
      addresses: [
        { address: PUBLIC, family: 4 },
        { address: '2606:2800:21f:cb07:6820:80da:af6b:8b2c', family: 6 },
      ],
    });
    expect(await policy('nowhere.example', 443)).toMatchObject({ allowed: false, status: 502 });
  });

  it("[ISO-4] refuses the host's own addresses, public or not", async () => {
    const policy = policyFor({ 'me.example': ['8.8.4.4'] });
    for (const host of ['8.8.4.4', 'me.example', '[2a00:1450::99]', '[::ffff:8.8.4.4]']) {
      expect(await policy(host, 443)).toMatchObject({ allowed: false, status: 403 });
    }
  });

  it('[ISO-4] keeps only the public part of a mixed answer', async () => {
    const policy = policyFor({ 'mixed.example': ['10.0.0.1', PUBLIC, '::1'] });
    expect(await policy('mixed.example', 80)).toEqual({
      allowed: true,
      addresses: [{ address: PUBLIC, family: 4 }],
    });
  });

  it('[ISO-4] asks the name server once, so a rebound name has no window', async () => {
    const answers = [PUBLIC, '127.0.0.1'];
    const policy = policyFor(
      {},
      { resolve: async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }] },
    );
    expect(await policy('rebind.example', 80)).toMatchObject({ addresses: [{ address: PUBLIC }] });
    expect(answers).toEqual(['127.0.0.1']);
    expect(await policy('rebind.example', 80)).toMatchObject({ allowed: false });
  });

  it('allows exactly the private host:port pairs it was given', async () => {
    const names = { 'wiki.corp': ['10.0.0.5'], localhost: ['::1', '127.0.0.1'] };
    const policy = policyFor(names, { allowPrivate: ['127.0.0.1:8080', 'Wiki.corp:80', '[::1]:9090'] });
    expect(await policy('127.0.0.1', 8080)).toMatchObject({ allowed: true });
    expect(await policy('localhost', 8080)).toMatchObject({ addresses: [{ address: '127.0.0.1' }] });
    expect(await policy('localhost', 9090)).toMatchObject({ addresses: [{ address: '::1' }] });
    expect(await policy('wiki.corp', 80)).toMatchObject({ allowed: true });
    expect(await policy('127.0.0.1', 8081)).toMatchObject({ allowed: false });
    expect(await policy('10.0.0.5', 80)).toMatchObject({ allowed: false });
    expect(await policy('wiki.corp', 443)).toMatchObject({ allowed: false });
  });

  it.each([0, -1, 65_536, Number.NaN, 25, 465, 587])('refuses port %s', async (port) => {
    expect(await policyFor()(PUBLIC, port)).toMatchObject({ allowed: false, status: 403 });
  });

  it('[ISO-4] refuses every wrapping of any IPv4 address in IPv6', async () => {
    const hex = (value: number) => value.toString(16);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0, max: 0xffff }),
        async (high, low) => {
          const [h, l] = [hex(high), hex(low)];
          const wrapped = [`2002:${h}:${l}::1`, `2001:0:${h}:${l}::1`, `64:ff9b::${h}:${l}`, `::${h}:${l}`];
          for (const address of wrapped) {
            expect(await policyFor()(`[${address}]`, 80)).toMatchObject({ allowed: false });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('[ISO-4] refuses any address of a private range behind any name', async () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const head = fc.constantFrom(
      '10',
      '127',
      '0',
      '192.168',
      '172.20',
      '169.254',
      '100.99',
      '198.19',
      '239',
      '250',
    );
    await fc.assert(
      fc.asyncProperty(head, byte, byte, byte, async (start, x, y, z) => {
        const address = [start, x, y, z].join('.').split('.').slice(0, 4).join('.');
        const policy = policyFor({ 'inside.example': [address, `::ffff:${address}`] });
        expect(await policy('inside.example', 443)).toMatchObject({ allowed: false });
      }),
      { numRuns: 300 },
    );
  });
});
