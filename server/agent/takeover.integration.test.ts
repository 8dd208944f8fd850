import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/play': `<style>#h{position:absolute;left:0;top:0;width:30px;height:30px;background:#333}</style><div style="position:relative;height:40px;width:600px"><span id="h"></span></div>
      <p id="p">Some words to mark with the mouse.</p><div id="s" style="height:80px;width:200px;overflow:auto"><div style="height:4000px">long</div></div>
      <script>let from=null,events=0;window.seen=()=>events+','+h.offsetLeft+','+s.scrollTop;for(const type of ['mousemove','mousedown','mouseup','wheel','keydown'])addEventListener(type,()=>{events++},true);
      h.onmousedown=(e)=>{from=e.clientX-h.offsetLeft;e.preventDefault()};onmousemove=(e)=>{if(from!==null)h.style.left=e.clientX-from+'px'};
      onmouseup=()=>{from=null};onkeydown=(e)=>{if(e.key==='Escape'&&from!==null){from=null;h.style.left=h.dataset.left||'0px'}};addEventListener('mousedown',()=>{h.dataset.left=h.style.left},true)</script>`,
  });
  rig = await startAgentRig();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const ROUNDS = 4;

it('[AGT-4] a takeover in the middle of a drag, a scroll or a selection stops it at once, and none is lost or done twice', async () => {
  const sessionId = await rig.newSession();
  const taskId = await rig.begin(sessionId, [
    { navigate: `${pages.origin}/play` },
    {
      repeat: {
        max: ROUNDS,
        steps: [
          { drag: { css: '#h', to: { by: { x: 60, y: 0 } } } },
          { hover: { css: '#p' } },
          { selectText: { css: '#p', part: 'words to mark' } },
          { scroll: { css: '#s', by: { y: 100 } } },
        ],
      },
    },
  ]);
  const look = async () => {
    const { page } = await (await rig.runner.browsers.get(sessionId)).currentTab();
    return page.evaluate(() => (window as unknown as { seen(): string }).seen());
  };
  const moments = [
    [1, 2],
    [2, 4],
    [3, 5],
  ] as const;
  for (const [round, index] of moments) {
    await rig.until(
      sessionId,
      taskId,
      ({ steps, error }) =>
        !!error || ((steps[1]?.rounds ?? 0) >= round && steps[index]?.status === 'running'),
    );
    await rig.sessions.setControl(sessionId, 'human');
    const atTakeover = await look();
    await rig.until(sessionId, taskId, ({ status }) => status === 'waiting-for-human');
    expect((await look()).split(',')[0]).toBe(atTakeover.split(',')[0]);
    await rig.sessions.setControl(sessionId, 'agent');
  }
  const task = await rig.until(sessionId, taskId);
  expect(task.error).toBeUndefined();
  expect(Number((await look()).split(',')[1])).toBe(60 * ROUNDS);
});
