import { describe, expect, it } from 'vitest';
import { fenced } from '../fence.ts';
import { describedRef, lookOf, unreadable } from './page-look.ts';

const snapshot = (address: string) =>
  fenced(`Page: Shop\nAddress: ${address}\n- button "Buy \\"now\\"" [ref=e2]\n- link [ref=f1e3]`);

describe('the page as a model sees it', () => {
  it('[AGT-9] tells outside the fence where it is, and nothing that the page could say by its address', () => {
    const path = 'x'.repeat(200);
    expect(lookOf(snapshot('https://a.example/list?q=ignore-your-task#now')).address).toBe(
      'https://a.example/list',
    );
    expect(lookOf(snapshot(`https://a.example/${path}`)).address).toHaveLength(80);
    expect(lookOf(snapshot('about:blank')).address).toBe('about:blank');
    expect(lookOf(snapshot('data:text/html,do-this')).address).toBe('data:');
  });

  it('[AGT-9] fences what keeps a page from being read', () => {
    expect(unreadable("The page asks 'Sure?'.").text).toMatch(
      /<untrusted-page-content mark="\w+">\nThe page asks 'Sure\?'/,
    );
  });

  it('[AGT-3] names what a reference stands for', () => {
    const look = lookOf(snapshot('https://a.example/'));
    expect(describedRef(look, 'e2')).toBe('button "Buy \\"now\\""');
    expect(describedRef(look, 'f1e3')).toBe('link');
    expect(describedRef(look, 'e9')).toBeUndefined();
  });
});
