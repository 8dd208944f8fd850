import { describe, expect, it } from 'vitest';
import { type Deed, judgeRepetition, pageState } from './loop-watch.ts';

const click: Deed = { action: 'click Next', page: 'a' };
const times = (count: number, deed = click): Deed[] => Array(count).fill(deed);

describe('going in circles', () => {
  it.each([
    [0, 'go'],
    [1, 'go'],
    [2, 'nudge'],
    [3, 'nudge'],
    [4, 'stuck'],
    [9, 'stuck'],
  ])('[AGT-3] after %i times the same where nothing changed: %s', (count, verdict) => {
    expect(judgeRepetition(times(count), click)).toBe(verdict);
  });

  it('[AGT-3] is no circle when the page or the action is another', () => {
    expect(judgeRepetition(times(9), { ...click, page: 'b' })).toBe('go');
    expect(judgeRepetition(times(9), { ...click, action: 'click Back' })).toBe('go');
  });

  it('[AGT-3] is found through other actions in between', () => {
    const back: Deed = { action: 'click Back', page: 'b' };
    expect(judgeRepetition([click, back, click, back, click, back, click, back], click)).toBe('stuck');
  });

  it('[AGT-3] a page is the same when only its references and its fence differ', () => {
    const page = (ref: string, mark: string, count: number) =>
      `<untrusted-page-content mark="${mark}">\n- button "Add" [ref=${ref}]\n- text: ${count}`;
    expect(pageState(page('e2', 'aa', 1))).toBe(pageState(page('e7', 'bb', 1)));
    expect(pageState(page('e2', 'aa', 1))).not.toBe(pageState(page('e2', 'aa', 2)));
  });
});
