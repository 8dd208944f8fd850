import { expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

it('[PAY-13] reads its arguments', () => {
  const args = ['--port', '0', '--webhook-url', 'http://a.test/h', '--webhook-secret', 'whsec_12345678'];
  expect(parseArguments([...args, '--parent-stdin'])).toMatchObject({
    parentStdin: true,
    sandbox: { port: 0, webhookEndpoints: [{ url: 'http://a.test/h', secret: 'whsec_12345678' }] },
  });
  expect(parseArguments([])).toMatchObject({
    parentStdin: false,
    sandbox: { port: 3001, webhookEndpoints: [] },
  });
});

it.each([
  [['--prot', '1']],
  [['extra']],
  [['--port', '99999']],
  [['--port', '3e3']],
  [['--public-url', 'localhost:3001']],
  [['--webhook-url', 'http://a.test/']],
  [['--webhook-secret', 'whsec_12345678']],
  [['--webhook-url', 'ftp://a.test/', '--webhook-secret', 'whsec_12345678']],
  [['--webhook-url', 'http://a.test/', '--webhook-secret', 'secret']],
])('[PAY-13] refuses %o with a usage error', (args) => {
  expect(() => parseArguments(args)).toThrow(UsageError);
});
