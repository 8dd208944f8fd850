import { describe, expect, it } from 'vitest';
import { fenced } from '../fence.ts';
import { ECONOMIES, type Economy, messagesOf } from './messages.ts';
import type { TranscriptEntry } from './transcript.ts';

const [full, , least] = ECONOMIES as [Economy, Economy, Economy];
const page = (at: number) =>
  `The page now:\n${fenced(`Address: https://a.example/${at}\n${'- text: words\n'.repeat(500)}`)}`;

function turn(at: number, result = 'Done.'): TranscriptEntry[] {
  const seen = { address: `https://a.example/${at}`, state: `s${at}` };
  const calls = [{ id: `c${at}`, tool: 'click', input: { ref: `e${at}` } }];
  return [
    { type: 'answer', text: `I click ${at}.`, calls, seen },
    { type: 'result', callId: `c${at}`, tool: 'click', text: result },
  ];
}

const turns = (count: number) => Array.from({ length: count }, (_, at) => turn(at)).flat();
const sent = (entries: TranscriptEntry[], at: number, economy = full) =>
  JSON.stringify(messagesOf('Task: look', entries, page(at), economy));

describe('what a request holds', () => {
  it('[AGT-3] shows the newest page in full at the very end, and of older ones a line', () => {
    const messages = messagesOf('Task: look', turns(3), page(3), full);
    expect(messages.map(({ role }) => role)).toEqual([
      'user',
      ...['assistant', 'tool', 'assistant', 'tool', 'assistant', 'tool'],
    ]);
    const text = JSON.stringify(messages);
    expect(text.match(/The page now/g)).toHaveLength(1);
    expect(JSON.stringify(messages.at(-1))).toContain('The page now');
    expect(text).toContain('(The page shown here was https://a.example/1)');
  });

  it('[AGT-3] keeps all before the end as it was, so that a cache of the prefix holds', () => {
    for (const count of [1, 5, 12]) {
      const before = messagesOf('Task: look', turns(count), page(count), full);
      const after = messagesOf('Task: look', turns(count + 1), page(count + 1), full);
      expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    }
  });

  it('[AGT-3] twenty steps cost less than a fifth of what they would with every page kept', () => {
    let economical = 0;
    let wasteful = 0;
    for (let step = 0; step < 20; step++) {
      economical += sent(turns(step), step).length;
      const kept = Array.from({ length: step }, (_, at) => turn(at, `Done.\n${page(at)}`)).flat();
      wasteful += sent(kept, step, { ...full, oldResultCharacters: Infinity }).length;
    }
    expect(economical / wasteful).toBeLessThan(0.2);
  });

  it('[AGT-9] cuts a long page inside its fence, which stays closed', () => {
    const text = sent([], 1, least);
    expect(text.length).toBeLessThan(page(1).length / 1.5);
    expect(text).toMatch(/more characters\)\\n<\/untrusted-page-content mark=/);
  });

  it('[AGT-3] leaves the oldest answers out when the model cannot read so much', () => {
    const messages = messagesOf('Task: look', turns(10), page(10), least);
    expect(JSON.stringify(messages[0])).toContain('Your first 4 answers are left out');
    expect(messages.filter(({ role }) => role === 'assistant')).toHaveLength(6);
  });

  it('[AGT-3] clips old results and long inputs, and sends no call without an object', () => {
    const value = 'v'.repeat(5_000);
    const calls = [
      { id: 'a', tool: 'fill', input: { label: 'Text', value } },
      { id: 'b', tool: 'click', input: '{"ref":' },
    ];
    const entries: TranscriptEntry[] = [
      { type: 'answer', text: '', calls, seen: { address: 'x', state: 'y' } },
      { type: 'result', callId: 'a', tool: 'fill', text: value },
      { type: 'result', callId: 'b', tool: 'click', text: 'wrong' },
      ...turn(2),
    ];
    const messages = messagesOf('Task', entries, 'page', full);
    expect(JSON.stringify(messages[1]).length).toBeLessThan(800);
    expect(JSON.stringify(messages[1])).toContain('"input":{"input":');
    expect(JSON.stringify(messages[2]).length).toBeLessThan(1_700);
  });

  it('[AGT-3] an empty answer leaves no empty message behind', () => {
    const entries: TranscriptEntry[] = [
      { type: 'answer', text: '', calls: [], seen: { address: 'x', state: 'y' } },
      { type: 'note', text: 'Call a tool.' },
    ];
    const messages = messagesOf('Task', entries, 'page', full);
    expect(messages.map(({ role }) => role)).toEqual(['user']);
    expect(messages[0]?.content).toMatch(/Call a tool\.\n\npage$/);
  });
});
