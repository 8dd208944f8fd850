import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { onPage } from '../testing/on-page.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

const out = '<output id="out"></output>';
const LETTERS = [...'ABCDEFGHI'];

/** Shifts its things while one is dragged: past their middle, before or behind them as the hand last went. */
const sortable = (
  css: string,
) => `<style>ul{padding:0;margin:0;list-style:none}li{margin:2px;background:#ddd;${css}}</style>
  <ul id="list">${LETTERS.map((letter) => `<li>${letter}</li>`).join('')}</ul>${out}
  <script>let held=null,last;list.onmousedown=e=>{held=e.target.closest('li');held.style.pointerEvents='none';last=e;e.preventDefault()};
  onmousemove=e=>{if(!held)return;const dx=e.clientX-last.clientX,dy=e.clientY-last.clientY;last=e;const over=document.elementFromPoint(e.clientX,e.clientY)?.closest('li');
  if(!over||!(dx||dy))return;const r=over.getBoundingClientRect(),sideways=dx&&${css.includes('float')};
  const past=sideways?dx>0===e.clientX>r.left+r.width/2:dy>0===e.clientY>r.top+r.height/2;
  if(past)over[(sideways&&dx>0)||dy>0?'after':'before'](held)};
  onmouseup=()=>{if(!held)return;held.style.pointerEvents='';held=null;out.textContent=[...list.children].map(l=>l.textContent).join('')}</script>`;

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/grid': `${sortable('float:left;width:44px;height:34px')}<style>ul{width:150px;height:130px}</style>`,
    '/row': `${sortable('float:left;width:26px;height:30px')}<style>ul{width:400px;height:40px}</style>`,
    '/column': sortable('height:20px;width:90px'),
    '/long-press': `<b id="piece">Piece</b><p id="bin">Bin</p>${out}<script>let since=null,held=false;piece.onmousedown=e=>{since=performance.now();e.preventDefault()};
      onmousemove=()=>{if(since===null||held)return;held=performance.now()-since>=250;if(!held)since=null};onmouseup=e=>{if(held)out.textContent=e.target.id}</script>`,
    '/marked': sortable('height:20px;width:90px').replace(/<li>(.)/g, '<li><b style="width:12px">$1</b>'),
    '/box': `<style>div{position:absolute}#large{left:120px;top:20px;width:52px;height:52px;border:1px solid}#small{left:20px;top:90px;width:22px;height:22px;background:#333}</style>
      <div id="large"></div><div id="small"></div>${out}<script>let grip=null;small.onmousedown=e=>{grip=[e.clientX-small.offsetLeft,e.clientY-small.offsetTop]};onmousemove=e=>{if(grip){small.style.left=e.clientX-grip[0]+'px';small.style.top=e.clientY-grip[1]+'px'}};
      onmouseup=()=>{grip=null;const a=small.getBoundingClientRect(),b=large.getBoundingClientRect();out.textContent=a.left>=b.left&&a.top>=b.top&&a.right<=b.right&&a.bottom<=b.bottom}</script>`,
    '/canvas': `<canvas id="c" width="120" height="120"></canvas>${out}<script>let sides=null;const side=e=>e.offsetX<60?e.offsetY<60?'nw':'sw':e.offsetY<60?'ne':'se';c.onmousedown=e=>{sides=[side(e)]};
      c.onmousemove=e=>{if(sides&&sides.at(-1)!==side(e))sides.push(side(e))};c.onmouseup=()=>{out.textContent=sides.join();sides=null}</script>`,
    '/cut': `<style>#h{position:absolute;left:20px;top:20px;width:30px;height:30px;background:#333}</style><div id="h"></div><output id="out" style="position:absolute;top:100px"></output>
      <script>let grip=null,home;const seen=[];window.seen=()=>seen.join()+' at '+h.offsetLeft;h.onmousedown=e=>{grip=e.clientX-h.offsetLeft;seen.push('down')};
      onmousemove=e=>{if(grip!==null)h.style.left=e.clientX-grip+'px'};onmouseup=()=>{if(grip!==null)seen.push('up');grip=null}</script>`,
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const at = (path: string) => ({ navigate: `${pages.origin}${path}` });
const outIs = (equals: string) => ({ assert: { css: '#out', equals } });

async function play(steps: unknown[]): Promise<string | undefined> {
  const task = await rig.until(sessionId, await rig.begin(sessionId, steps));
  return task.error?.message;
}

const seen = () => onPage(rig.chromium, () => (window as unknown as { seen(): string }).seen(), null);

describe('dragging', () => {
  it.each([
    ['/grid', ['IA', 'AI', 'GC', 'CG', 'HB', 'FD', 'DF', 'IB', 'GB', 'ED', 'DE', 'GF', 'CD']],
    ['/row', ['IB', 'BI', 'DC', 'CD']],
    ['/column', ['IB', 'BI', 'DC', 'CD']],
    ['/marked', ['IB', 'BI', 'DC', 'CD']],
  ])(
    '[AGT-2] takes the place of another thing, before or behind it, in a list like %s',
    async (path, pairs) => {
      const steps = pairs.flatMap((pair) => {
        const [from = '', to = ''] = pair;
        const order = LETTERS.filter((letter) => letter !== from);
        order.splice(LETTERS.indexOf(to), 0, from);
        return [
          at(path),
          { drag: { text: from, exact: true, to: { text: to, exact: true } } },
          outIs(order.join('')),
        ];
      });
      expect(await play(steps)).toBeUndefined();
    },
  );

  it('[AGT-2] presses for as long as lists want that scroll by touch as well', async () => {
    const steps = [at('/long-press'), { drag: { text: 'Piece', to: { text: 'Bin' } } }, outIs('bin')];
    expect(await play(steps)).toBeUndefined();
  });

  it('[AGT-2] puts a small box into a large one beside it, and draws a curve', async () => {
    expect(
      await play([at('/box'), { drag: { css: '#small', to: { css: '#large' } } }, outIs('true')]),
    ).toBeUndefined();
    const through = [
      { x: -20, y: 20 },
      { x: -20, y: -20 },
    ];
    const round = { css: '#c', at: { x: 20, y: 20 }, through, to: { css: '#c', at: { x: 20, y: -20 } } };
    expect(await play([at('/canvas'), { drag: round }, outIs('nw,ne,se,sw')])).toBeUndefined();
  });

  /** A long drag, and what `cut` does as soon as it has begun. */
  async function dragUntil(cut: (taskId: string) => Promise<unknown>): Promise<string> {
    const through = Array.from({ length: 25 }, (_, index) => ({ x: 100 + (index % 2) * 200, y: 0 }));
    const drag = { css: '#h', through, to: { by: { x: 600, y: 0 } } };
    const taskId = await rig.begin(sessionId, [at('/cut'), { drag }]);
    await expect.poll(seen, { interval: 5, timeout: 20_000 }).toMatch(/^down at (?!20$)/);
    await cut(taskId);
    return taskId;
  }

  it('[AGT-4] lets go, where it came from, before a takeover is committed: no click of the human is its drop', async () => {
    const taskId = await dragUntil(() => rig.sessions.setControl(sessionId, 'human'));
    expect(await seen()).toBe('down,up at 20');
    await rig.until(sessionId, taskId, ({ status }) => status === 'waiting-for-human');
    await rig.sessions.setControl(sessionId, 'agent');
    expect((await rig.until(sessionId, taskId)).error).toBeUndefined();
    expect(await seen()).toBe('down,up,down,up at 620');
  });

  it('[AGT-6] lets go by itself when the task is cancelled', async () => {
    const taskId = await dragUntil((id) => rig.runner.store.requestCancel(sessionId, id));
    await rig.until(sessionId, taskId);
    expect(await seen()).toBe('down,up at 20');
  });
});
