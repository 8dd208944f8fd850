import { describe, expect, it } from 'vitest';
import { ConfigError } from './config.ts';
import { startProblem } from './start-problem.ts';

const failed = (fields: object) => Object.assign(new Error('what the system says'), fields);

describe('a server that cannot start says what to do', () => {
  it.each<[string, unknown, RegExp]>([
    ['a setting', new ConfigError('PORT: must be a whole number'), /^PORT: must be/],
    ['a taken port', failed({ code: 'EADDRINUSE', port: 3000, address: '::1' }), /Port 3000 .*PORT=3010/],
    ['no permission', failed({ code: 'EACCES', path: '/data' }), /\/data: set DATA_DIR/],
    ['no folder', failed({ code: 'ENOENT', syscall: 'mkdir', path: '/proc/x' }), /\/proc\/x cannot be made/],
    ['no space', failed({ code: 'ENOSPC' }), /disk is full/],
    ['no database', failed({ code: 'ECONNREFUSED', syscall: 'connect' }), /does not answer.*Start it/],
    ['a wrong password', failed({ code: '28P01' }), /refuses DATABASE_URL/],
    ['what nobody foresaw', failed({ code: 'EWHAT' }), /^Error: what the system says\n +at /],
  ])('%s', (_what, error, words) => {
    expect(startProblem(error)).toMatch(words);
  });
});
