import type { Page } from 'playwright-core';
import { within } from '../abortable.ts';
import { readFrameApart } from '../isolated-world.ts';

const FRAME_MS = 1_000;

/** What the password fields of the page hold, in every frame: nobody is to read that from a snapshot. [AGT-7] */
export async function passwordsIn(page: Page): Promise<string[]> {
  const read = page.frames().map((frame) => {
    const values = readFrameApart(frame, readPasswords, null).catch((): string[] => []);
    return within(FRAME_MS, values, []);
  });
  return (await Promise.all(read)).flat();
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
function readPasswords(): string[] {
  // Lists to choose from say `new-password` to keep the browser's own suggestions away.
  const typed = 'input[autocomplete*=-password]:not([type=text][role=combobox])';
  const fields = `input[type=password],${typed},input[autocomplete*=one-time-code]`;
  const cards = 'input[autocomplete*=cc-number],input[autocomplete*=cc-csc]';
  const found: string[] = [];
  const look = (root: ParentNode) => {
    for (const field of root.querySelectorAll<HTMLInputElement>(`${fields},${cards}`)) {
      if (field.value.trim() !== '') found.push(field.value);
    }
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) look(element.shadowRoot);
  };
  look(document);
  return found.slice(0, 50);
}
