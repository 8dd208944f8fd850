import type { Tab } from '../agent-browser.ts';
import type { SnapshotLine } from '../page-snapshot.ts';
import { pdfBytes } from './pdf-tab.ts';
import { pdfText } from './pdf-text.ts';

/** What a PDF says, in the form in which pages are told. @throws {StepFailed} */
export async function pdfSnapshot(tab: Tab, signal: AbortSignal): Promise<SnapshotLine[]> {
  const { pageCount, pages } = await pdfText(await pdfBytes(tab, signal), signal);
  const line = (depth: number, text: string) => ({
    ...{ depth, ref: null, about: '' },
    text: `${' '.repeat(depth)}- ${text}`,
  });
  const left = pageCount - pages.length;
  return [
    line(0, `PDF of ${pageCount} ${pageCount === 1 ? 'page' : 'pages'}:`),
    ...pages.flatMap((page, index) => [
      line(2, `page ${index + 1}:`),
      ...linesOf(page).map((text) => line(4, `text: ${text}`)),
    ]),
    ...(left > 0 ? [line(2, `(${left} more pages, not read)`)] : []),
  ];
}

function linesOf(page: string): string[] {
  const lines = page.split('\n').map((text) => text.trim());
  return lines.every((text) => text === '') ? ['(no words: a picture?)'] : lines.filter(Boolean);
}
