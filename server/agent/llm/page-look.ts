import { fenced } from '../fence.ts';
import { pageState } from './loop-watch.ts';
import type { SeenPage } from './transcript.ts';

const ADDRESS_CHARACTERS = 80;

/** The page as the model is shown it. */
export interface PageLook extends SeenPage {
  text: string;
}

export function lookOf(snapshot: string): PageLook {
  const address = placeOf(/^Address: (.*)$/m.exec(snapshot)?.[1] ?? '');
  return { text: `The page now:\n${snapshot}`, address, state: pageState(snapshot) };
}

/** Where a page was, for a line outside its fence: a page writes its own query, and much else. [AGT-9] */
function placeOf(address: string): string {
  const url = URL.parse(address);
  if (!url || address === 'about:blank') return 'about:blank';
  if (url.origin === 'null') return url.protocol;
  return `${url.origin}${url.pathname}`.slice(0, ADDRESS_CHARACTERS);
}

/** A page that cannot be read, for instance because it asks something first. */
export function unreadable(message: string): PageLook {
  const text = `The page cannot be shown now:\n${fenced(message)}`;
  return { text, address: '(not shown)', state: pageState(message) };
}

/** What stands in the snapshot at a reference: `button "Save"`. */
export function describedRef(page: PageLook, ref: string): string | undefined {
  const line = page.text.split('\n').find((one) => one.includes(`[ref=${ref}]`));
  return /^\s*- '?([\w-]+(?: "(?:[^"\\]|\\.)*")?)/.exec(line ?? '')?.[1];
}
