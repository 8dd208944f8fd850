import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';

const MAX_PAGES = 200;

/** Reads the words of `workerData`, a PDF's bytes, page by page. */
const pdf = await getDocumentProxy(workerData as Uint8Array);
const pages: string[] = [];
for (let number = 1; number <= Math.min(pdf.numPages, MAX_PAGES); number++) {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  pages.push(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''));
}
parentPort?.postMessage({ pageCount: pdf.numPages, pages });
