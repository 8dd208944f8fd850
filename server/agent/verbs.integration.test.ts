import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';
import { readInside, TooLarge } from './read-inside.ts';

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/files': `<a download="report.csv" href="data:text/csv,a;b%0A1;2">Report</a><button>Nothing</button>
      <label>Import <input type="file" onchange="this.files[0].text().then(t=>{out.textContent=this.files[0].name+':'+t})"></label><output id="out"></output>`,
    '/one': `<h1>One</h1><a href="/two">On to two</a>`,
    '/two': `<h1>Two</h1><p id="wait">Loading</p><script>setTimeout(()=>{wait.remove();history.pushState(0,'','/two?ready')},300)</script>`,
    '/list': `<ul><li>Ada</li><li>Bob</li><li hidden>Ghost</li></ul><textarea aria-label="Note">one two three</textarea><output id="out"></output>
      <div onclick="out.textContent=[event.ctrlKey,event.shiftKey,event.detail].join()">Press me</div>`,
  });
  rig = await startAgentRig();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const at = (path: string) => ({ navigate: `${pages.origin}${path}` });
const outIs = (equals: string) => ({ assert: { css: '#out', equals } });

describe('verbs', () => {
  it('[AGT-1] downloads a file, keeps it by name and uploads it again', async () => {
    const task = await rig.play([
      at('/files'),
      { download: { text: 'Report', as: 'report' } },
      { upload: { label: 'Import', files: [{ artifact: 'report' }] } },
      outIs('report.csv:a;b 1;2'),
    ]);
    expect(task.error).toBeUndefined();
    expect(task.result).toMatchObject({
      report: { fileName: 'report.csv', bytes: 7, file: expect.stringContaining('/files/report') },
    });
    const kept = await rig.runner.artifacts.readFile(task.sessionId, task.id, 'report');
    expect(kept?.bytes.toString()).toBe('a;b\n1;2');
    const missing = await rig.play([
      at('/files'),
      { upload: { label: 'Import', files: [{ artifact: 'other' }] } },
    ]);
    expect(missing.error?.code).toBe('no-such-artifact');
  });

  it('[ISO-3] reads a download by no link and from nowhere else', async () => {
    const root = await mkdtemp(join(tmpdir(), 'oda-home-'));
    try {
      await writeFile(join(root, 'file'), 'mine');
      await symlink('/etc/hostname', join(root, 'link'));
      await symlink('/etc', join(root, 'folder'));
      expect((await readInside(root, 'file', 100)).toString()).toBe('mine');
      for (const path of ['link', 'folder/hostname', '../../etc/hostname', '', '.']) {
        await expect(readInside(root, path, 1_000)).rejects.toThrow();
      }
      await expect(readInside(root, 'file', 3)).rejects.toThrow(TooLarge);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it('[AGT-1] opens, lists, changes and closes tabs, and goes back', async () => {
    const task = await rig.play([
      at('/one'),
      { tab: { new: `${pages.origin}/two` } },
      { assert: { role: 'heading', name: 'Two' } },
      { waitFor: { text: 'Loading', is: 'hidden', seconds: 5 } },
      { waitFor: { url: '?ready' } },
      { tab: { switch: '/one' } },
      { assert: { role: 'heading', name: 'One' } },
      { tab: { switch: 'two?ready' } },
      { tab: { close: 1 } },
      { assert: { role: 'heading', name: 'One' } },
      { click: { text: 'On to two' } },
      { assert: { url: '/two' } },
      { back: {} },
      { assert: { role: 'heading', name: 'One' } },
      { tab: { list: true } },
    ]);
    expect(task.error).toBeUndefined();
    expect(task.result).toMatchObject({ tabs: [{ index: 0, url: `${pages.origin}/one`, current: true }] });
    const none = await rig.play([{ tab: { switch: 'nowhere' } }]);
    expect(none.error?.message).toMatch(/^No tab has 'nowhere'. Tabs: 0 \(current\): /);
  });

  it('[AGT-2] extracts lists, clicks with keys held, marks text in a field, and waits for what it is told', async () => {
    const task = await rig.play([
      at('/list'),
      { extract: { css: 'li', as: 'names', all: true } },
      { extract: { css: 'li', nth: 1, as: 'names', append: true } },
      { assert: { value: '{{names}}', equals: 'Ada, Bob, Bob' } },
      { click: { text: 'Press me', modifiers: ['Control', 'Shift'] } },
      outIs('true,true,1'),
      { click: { text: 'Press me', count: 2 } },
      outIs('false,false,2'),
      { selectText: { label: 'Note', part: 'two ' } },
      { press: 'Delete' },
      { assert: { label: 'Note', equals: 'one three' } },
      { waitFor: { seconds: 0.2 } },
    ]);
    expect(task.error).toBeUndefined();
    expect(task.result).toEqual({ names: ['Ada', 'Bob', 'Bob'] });
    const late = await rig.play([at('/list'), { waitFor: { text: 'Never', seconds: 0.3 } }]);
    expect(late.error?.message).toMatch(/^No text 'Never' appeared within 0.3 seconds/);
    const lost = await rig.play([at('/list'), { waitFor: { url: '/other', seconds: 0.3 } }]);
    expect(lost.error?.message).toMatch(/^The address had no '\/other' within 0.3 seconds/);
  });
});
