import { describe, expect, it } from 'vitest';
import { startTicksIn } from '../shared/proc-stat.ts';
import { parseCommand } from './control-socket.ts';
import { createRestartBudget } from './restart-budget.ts';
import { mayFollow } from './status.ts';

describe('status', () => {
  it('is terminal once gone or failed', () => {
    for (const next of ['starting', 'ready', 'restarting', 'failed', 'gone'] as const) {
      expect(mayFollow('gone', next)).toBe(false);
      expect(mayFollow('failed', next)).toBe(false);
    }
    expect(mayFollow('ready', 'restarting')).toBe(true);
    expect(mayFollow('ready', 'starting')).toBe(false);
  });
});

describe('control socket', () => {
  it('takes the three commands', () => {
    expect(parseCommand('{"type":"stop","more":1}')).toEqual({ type: 'stop' });
    expect(parseCommand('{"type":"status"}')).toEqual({ type: 'status' });
    const deadline = '2030-01-01T00:00:00.000Z';
    expect(parseCommand(JSON.stringify({ type: 'set-deadline', deadline }))).toEqual({
      type: 'set-deadline',
      deadline,
    });
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"type":"x"}',
    '{"type":"set-deadline"}',
    '{"type":"set-deadline","deadline":"soon"}',
  ])('hangs up on %s', (line) => {
    expect(parseCommand(line)).toBeNull();
  });
});

describe('restart budget', () => {
  it('[SES-8] forgives what lies more than a minute back', () => {
    let now = 0;
    const budget = createRestartBudget(() => now);
    for (let exit = 0; exit < 10; exit += 1) expect(budget.spend()).toBe(true);
    expect(budget.spend()).toBe(false);
    now = 61_000;
    expect(budget.spend()).toBe(true);
  });
});

describe('/proc/PID/stat', () => {
  it('is read past a name with spaces and parentheses', () => {
    const tail = Array.from({ length: 30 }, (_, index) => String(index + 4)).join(' ');
    expect(startTicksIn(`42 (a) b (c) S ${tail}`)).toBe(22);
    expect(() => startTicksIn('nonsense')).toThrow();
  });
});
