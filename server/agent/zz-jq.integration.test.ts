import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

const jq = readFileSync('/tmp/jq/node_modules/jquery/dist/jquery.min.js', 'utf8');
const ui = readFileSync('/tmp/jq/node_modules/jquery-ui/dist/jquery-ui.min.js', 'utf8');
const css = readFileSync('/tmp/jq/node_modules/jquery-ui/dist/themes/base/jquery-ui.min.css', 'utf8');
const page = (html: string, js: string) =>
  `<style>${css} body{margin:0;font-size:10px} #wrap{width:160px;height:210px;position:relative;overflow:hidden}</style><script>${jq}</script><script>${ui}</script><div id="wrap">${html}</div><output id="out"></output><script>const say=(t)=>$('#out').text(t);${js}</script>`;
const sj = readFileSync('/tmp/jq/node_modules/sortablejs/Sortable.min.js', 'utf8');
const K: [string, string, unknown[], string][] = [
  [
    'sortable',
    page(
      '<ul id="s" style="list-style:none;padding:0">' +
        ['A1', 'B2', 'C3', 'D4']
          .map((t) => `<li class="ui-state-default" style="margin:2px;height:18px">${t}</li>`)
          .join('') +
        '</ul>',
      `$('#s').sortable({update(){say($('#s li').map((i,l)=>l.textContent).get().join())}})`,
    ),
    [{ drag: { text: 'A1', to: { text: 'C3' } } }],
    'B2,C3,A1,D4',
  ],
  [
    'sortable up',
    page(
      '<ul id="s" style="list-style:none;padding:0">' +
        ['A1', 'B2', 'C3', 'D4']
          .map((t) => `<li class="ui-state-default" style="margin:2px;height:18px">${t}</li>`)
          .join('') +
        '</ul>',
      `$('#s').sortable({update(){say($('#s li').map((i,l)=>l.textContent).get().join())}})`,
    ),
    [{ drag: { text: 'D4', to: { text: 'B2' } } }],
    'A1,D4,B2,C3',
  ],
  [
    'sortable grid',
    page(
      '<ul id="s" style="list-style:none;padding:0;width:150px">' +
        [1, 2, 3, 4, 5, 6, 7, 8, 9]
          .map(
            (t) =>
              `<li class="ui-state-default" style="margin:2px;float:left;width:40px;height:40px">n${t}</li>`,
          )
          .join('') +
        '</ul>',
      `$('#s').sortable({update(){say($('#s li').map((i,l)=>l.textContent).get().join())}})`,
    ),
    [{ drag: { text: 'n1', to: { text: 'n3' } } }],
    'n2,n3,n1,n4,n5,n6,n7,n8,n9',
  ],
  [
    'slider keys',
    page(
      '<div id="s" style="margin:10px"></div><span id="v">0</span><button id="b">Submit</button>',
      `$('#s').slider({min:-10,max:60,slide(e,u){$('#v').text(u.value)},change(e,u){$('#v').text(u.value)}});$('#b').click(()=>say($('#v').text()))`,
    ),
    [
      { click: { css: '.ui-slider-handle' } },
      { repeat: { max: 80, until: { css: '#v', equals: '17' }, steps: [{ press: 'ArrowRight' }] } },
      { click: { text: 'Submit' } },
    ],
    '17',
  ],
  [
    'slider drag',
    page(
      '<div id="s" style="margin:10px;width:140px"></div><span id="v">0</span>',
      `$('#s').slider({min:0,max:140,slide(e,u){say(u.value)}})`,
    ),
    [{ drag: { css: '.ui-slider-handle', to: { by: { x: 70, y: 0 } } } }],
    '70',
  ],
  [
    'datepicker',
    page(
      '<input id="d"><button id="b">Submit</button>',
      `$('#d').datepicker({defaultDate:'12/01/2016'});$('#b').click(()=>say($('#d').val()))`,
    ),
    [
      { click: { css: '#d' } },
      {
        repeat: {
          max: 24,
          until: { css: '.ui-datepicker-title', contains: 'March 2016' },
          steps: [{ click: { css: '.ui-datepicker-prev' } }],
        },
      },
      { click: { role: 'link', name: '6', exact: true } },
      { click: { text: 'Submit' } },
    ],
    '03/06/2016',
  ],
  [
    'datepicker by words',
    page(
      '<label for="d">Date:</label><input id="d" readonly><button id="b">Submit</button>',
      `$('#d').datepicker({defaultDate:'12/01/2016'});$('#b').click(()=>say($('#d').val()))`,
    ),
    [
      { click: { label: 'Date:' } },
      { click: { text: 'Prev' } },
      { click: { text: 'Prev' } },
      { click: { text: '21' } },
      { click: { text: 'Submit' } },
    ],
    '10/21/2016',
  ],
  [
    'autocomplete',
    page(
      '<label for="t">Tags: </label><input id="t"><button id="b">Submit</button>',
      `$('#t').autocomplete({source:['Poland','Portugal','Belarus','Belgium'],minLength:2});$('#b').click(()=>say($('#t').val()))`,
    ),
    [
      { fill: { label: 'Tags:', value: 'Bel' } },
      { click: { text: 'Belgium' } },
      { click: { text: 'Submit' } },
    ],
    'Belgium',
  ],
  [
    'autocomplete select',
    page(
      '<label for="t">Tags: </label><input id="t"><button id="b">Submit</button>',
      `$('#t').autocomplete({source:['Poland','Portugal','Belarus','Belgium'],minLength:2});$('#b').click(()=>say($('#t').val()))`,
    ),
    [{ select: { label: 'Tags:', option: 'Portugal' } }, { click: { text: 'Submit' } }],
    'Portugal',
  ],
  [
    'menu',
    page(
      '<ul id="m"><li><div>Toys</div></li><li><div>Music</div><ul><li><div>Rock</div><ul><li><div>Alternative</div></li><li><div>Classic</div></li></ul></li><li><div>Jazz</div></li></ul></li></ul>',
      `$('#m').menu({select(e,u){say(u.item.text())}});$('.ui-menu').width(60)`,
    ),
    [{ hover: { text: 'Music' } }, { hover: { text: 'Rock' } }, { click: { text: 'Classic' } }],
    'Classic',
  ],
  [
    'menu clicks',
    page(
      '<ul id="m"><li><div>Toys</div></li><li><div>Music</div><ul><li><div>Rock</div><ul><li><div>Alternative</div></li><li><div>Classic</div></li></ul></li><li><div>Jazz</div></li></ul></li></ul>',
      `$('#m').menu({select(e,u){say(u.item.text())}});$('.ui-menu').width(60)`,
    ),
    [{ click: { text: 'Music' } }, { click: { text: 'Rock' } }, { click: { text: 'Classic' } }],
    'Classic',
  ],
  [
    'spinner',
    page(
      '<input id="s" value="0"><button id="b">Submit</button>',
      `$('#s').spinner();$('#b').click(()=>say($('#s').val()))`,
    ),
    [{ repeat: { max: 4, steps: [{ click: { css: '.ui-spinner-up' } }] } }, { click: { text: 'Submit' } }],
    '4',
  ],
  [
    'accordion',
    page(
      '<div id="a"><h3>Section #1</h3><div><p>one</p></div><h3>Section #2</h3><div><p>two <button id="b">Submit</button></p></div></div>',
      `$('#a').accordion({collapsible:true,active:false,heightStyle:'content'});$('#b').click(()=>say('ok'))`,
    ),
    [{ click: { text: 'Section #2' } }, { click: { text: 'Submit' } }],
    'ok',
  ],
  [
    'tabs',
    page(
      '<div id="t"><ul><li><a href="#t1">Tab #1</a></li><li><a href="#t2">Tab #2</a></li><li><a href="#t3">Tab #3</a></li></ul><div id="t1"><p>a <span class="alink">ut</span></p></div><div id="t2"><p>lorem <span class="alink">magna</span></p></div><div id="t3">x</div></div>',
      `$('#t').tabs();$('.alink').click(e=>say(e.target.textContent))`,
    ),
    [{ click: { text: 'Tab #2' } }, { click: { text: 'magna' } }],
    'magna',
  ],
  [
    'droppable',
    page(
      '<div id="a" class="ui-widget-content" style="width:40px;height:40px">A</div><div id="z" class="ui-widget-content" style="position:absolute;left:90px;top:120px;width:60px;height:60px">Zone</div>',
      `$('#a').draggable({containment:'#wrap'});$('#z').droppable({drop(){say('in')}})`,
    ),
    [{ drag: { css: '#a', to: { text: 'Zone' } } }],
    'in',
  ],
  [
    'resizable',
    page(
      '<div id="r" class="ui-widget-content" style="width:60px;height:60px">R</div>',
      `$('#r').resizable({stop(e,u){say(u.size.width+'x'+u.size.height)}})`,
    ),
    [{ drag: { css: '.ui-resizable-se', to: { by: { x: 30, y: 20 } } } }],
    '90x80',
  ],
  [
    'selectable/dialog',
    page(
      '<div id="d" title="Hi">Body</div>',
      `$('#d').dialog({width:150,height:120,close(){say('closed')}})`,
    ),
    [{ click: { role: 'button', name: 'Close' } }],
    'closed',
  ],
  [
    'start cover',
    page(
      '<div id="cover" style="position:absolute;inset:0;background:#eee;z-index:9" onclick="this.remove()">START</div><button id="b">ok</button>',
      `$('#b').click(()=>say('ok'))`,
    ),
    [{ click: { text: 'START' } }, { click: { role: 'button', name: 'ok' } }],
    'ok',
  ],
  [
    'svg points',
    page(
      '<svg id="g" width="150" height="130"><circle cx="40" cy="50" r="3" fill="blue"></circle><text x="60" y="60" font-size="12">T</text></svg>',
      `$('#g').on('click',e=>say(e.target.localName+' '+Math.round(e.offsetX)+','+Math.round(e.offsetY)))`,
    ),
    [{ click: { css: 'circle' } }],
    'circle 40,50',
  ],
  [
    'svg text',
    page(
      '<svg id="g" width="150" height="130"><circle cx="40" cy="50" r="3" fill="blue"></circle><text x="60" y="60" font-size="12">T</text></svg>',
      `$('#g').on('click',e=>say(e.target.localName))`,
    ),
    [{ click: { text: 'T', exact: true } }],
    'text',
  ],
  [
    'svg at',
    page(
      '<svg id="g" width="150" height="130"></svg>',
      `$('#g').on('click',e=>say(Math.round(e.offsetX)+','+Math.round(e.offsetY)))`,
    ),
    [{ click: { css: '#g', at: { x: 100, y: 20 } } }],
    '100,20',
  ],
  [
    'tree',
    page(
      '<div id="t"><div class="f" onclick="event.stopPropagation();$(this).children(\'.c\').toggle()">Kym<div class="c" style="display:none"><div class="f" onclick="event.stopPropagation();say(\'Ada\')">Ada</div></div></div></div>',
      '',
    ),
    [{ click: { text: 'Kym' } }, { click: { text: 'Ada' } }],
    'Ada',
  ],
  [
    'scroll list',
    page(
      '<select id="l" multiple size="4" style="width:120px">' +
        Array.from({ length: 20 }, (_, i) => `<option>opt${i}</option>`).join('') +
        '</select><button id="b">Submit</button>',
      `$('#b').click(()=>say($('#l').val().join()))`,
    ),
    [{ select: { css: '#l', option: 'opt15' } }, { click: { text: 'Submit' } }],
    'opt15',
  ],
  [
    'scroll list click',
    page(
      '<select id="l" size="4" style="width:120px">' +
        Array.from({ length: 20 }, (_, i) => `<option>opt${i}</option>`).join('') +
        '</select><button id="b">Submit</button>',
      `$('#b').click(()=>say($('#l').val()))`,
    ),
    [{ click: { text: 'opt15' } }, { click: { text: 'Submit' } }],
    'opt15',
  ],
  [
    'email',
    page(
      '<div class="email" onclick="$(\'#m\').show();$(this).hide()"><b>Bob</b><p>Hi there</p></div><div id="m" style="display:none"><span class="trash" style="display:inline-block;width:16px;height:16px;background:red" onclick="say(\'trashed\')"></span></div>',
      '',
    ),
    [{ click: { text: 'Bob' } }, { click: { css: '.trash' } }],
    'trashed',
  ],
  [
    'highlight',
    page(
      '<div id="t">Lorem ipsum dolor sit.<p>second par here</p></div><button id="b">Submit</button>',
      `$('#b').on('mousedown',e=>e.preventDefault()).click(()=>say(getSelection().toString()))`,
    ),
    [{ selectText: { css: '#t p' } }, { click: { text: 'Submit' } }],
    'second par here',
  ],
  [
    'scroll textarea',
    page(
      '<textarea id="t" style="width:140px;height:60px">' + 'word '.repeat(300) + '</textarea>',
      `$('#t').on('scroll',()=>say(t.scrollTop+t.clientHeight>=t.scrollHeight-1?'bottom':'mid'))`,
    ),
    [{ scroll: { css: '#t', to: 'bottom' } }],
    'bottom',
  ],
  [
    'rich editor',
    page(
      '<div id="e" contenteditable="true" style="width:150px;height:60px">one two three</div><button id="b">B</button>',
      `$('#b').on('mousedown',e=>e.preventDefault()).click(()=>{document.execCommand('bold');say(e.innerHTML)})`,
    ),
    [{ selectText: { css: '#e', part: 'two' } }, { click: { text: 'B' } }],
    'one <b>two</b> three',
  ],
];
let sid = ''; let rig: AgentRig;
let pages: TaskPages;
beforeAll(async () => {
  pages = await serveTaskPages(Object.fromEntries(K.map(([, html], i) => [`/${i}`, html])));
  rig = await startAgentRig();
});
afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});
describe('zz', () => {
  it.each(K.map(([k], i) => [k, i] as const))('%s', async (_, i) => {
    const [, , steps, done] = K[i]!;
    const task = await rig.play([
      { navigate: `${pages.origin}/${i}` },
      ...steps,
      { assert: { css: '#out', equals: done } },
    ]);
    expect(task.error?.message).toBeUndefined();
  });
});
