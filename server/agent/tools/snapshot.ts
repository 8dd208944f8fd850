import { until } from '../abortable.ts';
import { fenced } from '../fence.ts';
import { pageSnapshot, type SnapshotLine } from '../page-snapshot.ts';
import { pdfSnapshot } from '../pdf/pdf-snapshot.ts';
import { showsPdf } from '../pdf/pdf-tab.ts';
import { StepFailed } from '../step-error.ts';
import { defineTool } from '../tool.ts';

const MAX_CHARACTERS = 20_000;

export const snapshotTool = defineTool({
  verb: 'snapshot',
  repeatable: true,
  single: false,
  timeoutMs: 15_000,
  async run(context, { ref, find, maxCharacters = MAX_CHARACTERS }) {
    const tab = await context.tab();
    const isPdf = await until(context.signal, showsPdf(tab));
    const all = isPdf ? await pdfSnapshot(tab, context.signal) : await pageSnapshot(context, tab);
    tab.refs = new Map(all.flatMap((line) => (line.ref ? [[line.ref, line.about]] : [])));
    const part = ref === undefined ? all : subtree(all, ref);
    const lines = find === undefined ? part : matching(part, find);
    const title = await until(
      context.signal,
      tab.page.title().catch(() => ''),
    );
    const head = `Page: ${title.slice(0, 200)}\nAddress: ${tab.page.url().slice(0, 2_000)}`;
    const nothing = find === undefined ? '(nothing)' : `(no line has '${find}')`;
    const body = lines.length > 0 ? capped(lines, maxCharacters) : nothing;
    return { text: fenced(`${head}\n${body}`) };
  },
});

function subtree(lines: SnapshotLine[], ref: string): SnapshotLine[] {
  const first = lines.findIndex((line) => line.ref === ref);
  const root = lines[first];
  if (!root) throw new StepFailed('stale-ref', `There is no ${ref} on the page; look at the whole page.`);
  const after = lines.findIndex((line, index) => index > first && line.depth <= root.depth);
  return lines.slice(first, after === -1 ? undefined : after);
}

/** Every line with `find`, below the lines that it is in. */
function matching(lines: SnapshotLine[], find: string): SnapshotLine[] {
  const wanted = find.toLowerCase();
  const above: SnapshotLine[] = [];
  const kept = new Set<SnapshotLine>();
  for (const line of lines) {
    while ((above.at(-1)?.depth ?? -1) >= line.depth) above.pop();
    above.push(line);
    if (line.text.toLowerCase().includes(wanted)) for (const each of above) kept.add(each);
  }
  return [...kept];
}

function capped(lines: SnapshotLine[], most: number): string {
  let length = 0;
  const fitting = lines.findIndex((line) => {
    length += line.text.length + 1;
    return length > most;
  });
  if (fitting === -1) return lines.map(({ text }) => text).join('\n');
  const kept = lines.slice(0, fitting).map(({ text }) => text);
  const left = lines.length - fitting;
  return [...kept, `(${left} more lines: look for a part with "find", or at an element with "ref")`].join(
    '\n',
  );
}
