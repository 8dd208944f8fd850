/** Pages of many kinds with what a person would write to work them; each is done when `#out` says so. */
export interface PageKind {
  kind: string;
  html: string;
  steps: unknown[];
  done: string;
}

const out = '<output id="out"></output>';
const say = (text: string) => `out.textContent=${text}`;
const toggle = (id: string) => `${id}.hidden=!${id}.hidden`;

const pointerLog = `const at=(e)=>Math.round(e.offsetX)+','+Math.round(e.offsetY)`;

export const manyPages: PageKind[] = [
  {
    kind: 'radio and checkbox grid',
    html: `<form onsubmit="event.preventDefault();${say("[...new FormData(this)].map(String).join(' ')")}">
      ${[1, 2, 3, 4].map((n) => `<label><input type="checkbox" name="c" value="${n}">Box ${n}</label>`).join('')}
      <label><input type="radio" name="r" value="s">Small</label><label><input type="radio" name="r" value="l">Large</label>
      <button>Send</button></form>${out}`,
    steps: [
      { click: { label: 'Box 2' } },
      { click: { text: 'Box 4' } },
      { click: { role: 'radio', name: 'Large' } },
      { click: { role: 'button', name: 'Send' } },
    ],
    done: 'c,2 c,4 r,l',
  },
  {
    kind: 'nested menu under the pointer',
    html: `<style>ul ul{display:none;position:absolute;left:100%;top:0;background:#fff}li{position:relative;width:90px;padding:6px}li:hover>ul{display:block}</style>
      <ul><li>File<ul><li>Export<ul><li onclick="${say("'pdf'")}">As PDF</li><li>As text</li></ul></li></ul></li><li>Edit</li></ul>${out}`,
    steps: [
      { hover: { text: 'File', exact: true } },
      { hover: { text: 'Export' } },
      { click: { text: 'As PDF' } },
    ],
    done: 'pdf',
  },
  {
    kind: 'menu by clicks, closed by a click elsewhere',
    html: `<button onclick="m.hidden=false;event.stopPropagation()">Options</button><div id="m" hidden><div onclick="${say("'copied'")}">Copy</div></div>${out}
      <script>document.onclick=()=>{m.hidden=true}</script>`,
    steps: [
      { click: { text: 'Options' } },
      { click: { text: 'Copy' } },
      { waitFor: { text: 'Copy', is: 'hidden' } },
    ],
    done: 'copied',
  },
  {
    kind: 'context menu and double click',
    html: `<div id="b" style="padding:20px" oncontextmenu="event.preventDefault();m.hidden=false" ondblclick="out.textContent+=' twice'">Right here</div>
      <div id="m" hidden onclick="out.textContent+='deleted'">Delete</div>${out}`,
    steps: [
      { click: { text: 'Right here', button: 'right' } },
      { click: { text: 'Delete' } },
      { click: { text: 'Right here', count: 2 } },
    ],
    done: 'deleted twice',
  },
  {
    kind: "the browser's own drag and drop",
    html: `<div id="a" draggable="true" style="width:60px;height:60px;background:#ccc" ondragstart="event.dataTransfer.setData('text','box')">Box</div>
      <div id="z" style="margin:60px;width:120px;height:120px;border:1px solid" ondragover="event.preventDefault()" ondrop="event.preventDefault();${say("event.dataTransfer.getData('text')")}">Bin</div>${out}`,
    steps: [{ drag: { text: 'Box', to: { text: 'Bin' } } }],
    done: 'box',
  },
  {
    kind: 'list sorted by the mouse',
    html: `<style>li{height:30px;width:160px;margin:2px;background:#ddd}</style><ul id="list">${['One', 'Two', 'Three', 'Four'].map((n) => `<li>${n}</li>`).join('')}</ul>${out}
      <script>let held=null;const after=(y)=>[...list.children].filter(l=>l!==held).find(l=>{const r=l.getBoundingClientRect();return y<r.top+r.height/2});
      list.onmousedown=(e)=>{held=e.target.closest('li');e.preventDefault()};
      document.onmousemove=(e)=>{if(held&&e.buttons)list.insertBefore(held,after(e.clientY)??null)};
      document.onmouseup=()=>{if(!held)return;held=null;${say('[...list.children].map(l=>l.textContent).join()')}}</script>`,
    steps: [
      { drag: { text: 'One', to: { text: 'Three' } } },
      { drag: { text: 'Four', to: { text: 'Two' } } },
    ],
    done: 'Four,Two,Three,One',
  },
  {
    kind: 'list sorted by drag events',
    html: `<style>li{height:30px;width:160px;margin:2px;background:#ddd}</style><ul id="list">${['One', 'Two', 'Three'].map((n) => `<li draggable="true">${n}</li>`).join('')}</ul>${out}
      <script>let held;list.ondragstart=(e)=>{held=e.target};list.ondragover=(e)=>{e.preventDefault();const l=e.target.closest('li');if(!l||l===held)return;
      const r=l.getBoundingClientRect();l[e.clientY<r.top+r.height/2?'before':'after'](held)};list.ondrop=(e)=>{e.preventDefault();${say('[...list.children].map(l=>l.textContent).join()')}}</script>`,
    steps: [{ drag: { text: 'Three', to: { text: 'One' } } }],
    done: 'Three,One,Two',
  },
  {
    kind: 'slider of divs, by distance',
    html: `<div style="width:300px;height:10px;background:#ccc;position:relative;margin:20px"><span id="h" tabindex="0" style="position:absolute;top:-5px;left:0;width:20px;height:20px;background:#333"></span></div>${out}
      <script>let from=null;h.onmousedown=(e)=>{from=e.clientX-h.offsetLeft;e.preventDefault()};document.onmousemove=(e)=>{if(from===null)return;h.style.left=Math.max(0,Math.min(280,e.clientX-from))+'px'};
      document.onmouseup=()=>{if(from===null)return;from=null;${say('String(h.offsetLeft)')}}</script>`,
    steps: [{ drag: { css: '#h', to: { by: { x: 140, y: 0 } } } }],
    done: '140',
  },
  {
    kind: 'slider by keys',
    html: `<div id="s" style="width:200px;background:#ccc"><span id="h" role="slider" tabindex="0" aria-label="Volume" aria-valuenow="20" style="display:inline-block;width:20px;height:20px;background:#000"></span></div>${out}
      <script>h.onkeydown=(e)=>{const d={ArrowRight:1,ArrowLeft:-1}[e.key];if(!d)return;h.setAttribute('aria-valuenow',+h.getAttribute('aria-valuenow')+d);${say("h.getAttribute('aria-valuenow')")}}</script>`,
    steps: [{ fill: { role: 'slider', name: 'Volume', value: '31' } }],
    done: '31',
  },
  {
    kind: 'date picker that pops up, with month arrows',
    html: `<label>Date <input id="d" readonly></label><div id="p" hidden><a href="#" onclick="m--;draw();return false"><span>Prev</span></a> <span id="t"></span> <a href="#" onclick="m++;draw();return false"><span>Next</span></a>
      <table><tbody id="b"></tbody></table></div>${out}<script>let m=11,y=2026;const names='January February March April May June July August September October November December'.split(' ');
      const draw=()=>{if(m<0){m=11;y--}t.textContent=names[m]+' '+y;b.innerHTML='<tr>'+Array.from({length:28},(_,i)=>'<td><a href="#">'+(i+1)+'</a></td>'+(i%7===6?'</tr><tr>':'')).join('')};
      d.onfocus=()=>{p.hidden=false;draw()};b.onclick=(e)=>{e.preventDefault();const a=e.target.closest('a');if(!a)return;d.value=a.textContent+' '+t.textContent;p.hidden=true;${say('d.value')}}</script>`,
    steps: [
      { click: { label: 'Date' } },
      {
        repeat: {
          max: 12,
          until: { css: '#t', contains: 'September' },
          steps: [{ click: { text: 'Prev' } }],
        },
      },
      { click: { role: 'link', name: '4', exact: true } },
    ],
    done: '4 September 2026',
  },
  {
    kind: 'native fields of every type',
    html: `<form onchange="${say("[...new FormData(this).values()].join(' ')")}"><label>Day <input type="date" name="a"></label><label>Time <input type="time" name="b"></label><label>Week <input type="week" name="c"></label>
      <label>Amount <input type="number" name="d"></label><label>Rank <input type="range" name="e" max="10"></label><label>Sizes <select name="f" multiple><option>S<option>M<option>L</select></label></form>${out}`,
    steps: [
      { fill: { label: 'Day', value: '2026-09-04' } },
      { fill: { label: 'Time', value: '14:30' } },
      { fill: { label: 'Week', value: '2026-W09' } },
      { fill: { label: 'Amount', value: '12.5' } },
      { fill: { label: 'Rank', value: '7' } },
      { select: { label: 'Sizes', option: 'M' } },
    ],
    done: '2026-09-04 14:30 2026-W09 12.5 7 M',
  },
  {
    kind: 'tree that opens by its arrows',
    html: `<ul><li><span onclick="${toggle('k')}">▸</span> Animals<ul id="k" hidden><li><span onclick="${toggle('l')}">▸</span> Birds<ul id="l" hidden><li onclick="${say("'owl'")}">Owl</li></ul></li></ul></li></ul>${out}`,
    steps: [
      { click: { css: 'li:has-text("Animals") > span', nth: 0 } },
      { click: { css: '#k > li > span' } },
      { click: { text: 'Owl' } },
    ],
    done: 'owl',
  },
  {
    kind: 'tabs and an accordion',
    html: `<div role="tablist"><a role="tab" href="#one" onclick="show(0)">One</a><a role="tab" href="#two" onclick="show(1)">Two</a></div><div class="p">first</div><div class="p" hidden>
      <h3 onclick="${toggle('x')}">Details</h3><div id="x" hidden><button onclick="${say("'opened'")}">Go on</button></div></div>${out}
      <script>const show=(i)=>document.querySelectorAll('.p').forEach((p,k)=>p.hidden=k!==i)</script>`,
    steps: [
      { click: { role: 'tab', name: 'Two' } },
      { click: { text: 'Details' } },
      { click: { text: 'Go on' } },
    ],
    done: 'opened',
  },
  {
    kind: 'autocomplete that listens for keys',
    html: `<label for="i">City</label><input id="i" autocomplete="off"><ul id="u"></ul>${out}<script>const all=['Vienna','Venice','Verona'];
      i.onkeyup=()=>setTimeout(()=>{u.innerHTML=all.filter(a=>i.value&&a.toLowerCase().startsWith(i.value.toLowerCase())).map(a=>'<li><div tabindex="-1">'+a+'</div></li>').join('')},120);
      u.onclick=(e)=>{i.value=e.target.textContent;u.innerHTML='';${say('i.value')}}</script>`,
    steps: [{ fill: { label: 'City', value: 've' } }, { click: { text: 'Verona' } }],
    done: 'Verona',
  },
  {
    kind: 'dialog over the page',
    html: `<button onclick="d.showModal()">Open</button><dialog id="d"><form method="dialog"><label>Name <input id="n"></label><button onclick="${say('n.value')}">OK</button></form></dialog>${out}`,
    steps: [
      { click: { text: 'Open' } },
      { fill: { label: 'Name', value: 'Ada' } },
      { click: { role: 'button', name: 'OK' } },
      { waitFor: { role: 'dialog', is: 'hidden' } },
    ],
    done: 'Ada',
  },
  {
    kind: 'list that loads while it is scrolled',
    html: `<div id="s" style="height:120px;width:200px;overflow:auto"><div id="c"></div></div>${out}<script>let n=0;const more=()=>{for(let k=0;k<10;k++){const d=document.createElement('div');d.style.height='30px';d.textContent='Row '+(++n)+'.';d.onclick=()=>{${say('d.textContent')}};c.append(d)}};more();
      s.onscroll=()=>{if(n<50&&s.scrollTop+s.clientHeight>s.scrollHeight-20)setTimeout(more,60)}</script>`,
    steps: [
      {
        repeat: {
          max: 20,
          until: { text: 'Row 43.' },
          steps: [{ scroll: { css: '#s', to: 'bottom' } }, { waitFor: { seconds: 0.1 } }],
        },
      },
      { click: { text: 'Row 43.' } },
    ],
    done: 'Row 43.',
  },
  {
    kind: 'text marked with the mouse',
    html: `<p id="p" style="width:260px">The quick brown fox\n jumps over the lazy dog and goes home.</p>${out}<script>document.onmouseup=()=>{${say('String(getSelection())')}}</script>`,
    steps: [{ selectText: { css: '#p', part: 'brown fox jumps' } }],
    done: 'brown fox jumps',
  },
  {
    kind: 'copy from one field to another',
    html: `<label>From <textarea id="f">Alpha beta</textarea></label><label>To <input id="t" oninput="${say('this.value')}"></label>${out}`,
    steps: [
      { click: { label: 'From' } },
      { press: 'Control+A' },
      { press: 'Control+C' },
      { click: { label: 'To' } },
      { press: 'Control+V' },
    ],
    done: 'Alpha beta',
  },
  {
    kind: 'shadow roots inside each other',
    html: `<x-outer></x-outer>${out}<script>const put=(name,html)=>customElements.define(name,class extends HTMLElement{connectedCallback(){this.attachShadow({mode:'open'}).innerHTML=html}});
      put('x-inner','<label>Code <input id="c"></label><button onclick="document.getElementById(&quot;out&quot;).textContent=this.getRootNode().getElementById(&quot;c&quot;).value">Check</button>');put('x-outer','<x-inner></x-inner>')</script>`,
    steps: [{ fill: { label: 'Code', value: '77' } }, { click: { text: 'Check' } }],
    done: '77',
  },
  {
    kind: 'canvas: click at a place and draw',
    html: `<canvas id="c" width="200" height="100" style="border:4px solid"></canvas>${out}<script>${pointerLog};let a='';c.onmousedown=(e)=>{a=at(e)};c.onmouseup=(e)=>{out.textContent+=a+'-'+at(e)+' '}</script>`,
    steps: [
      { click: { css: '#c', at: { x: 30, y: 40 } } },
      { drag: { css: '#c', at: { x: 50, y: 50 }, to: { css: '#c', at: { x: 150, y: 60 } } } },
    ],
    done: '26,36-26,36 46,46-146,56 ',
  },
  {
    kind: 'shape inside a drawing',
    html: `<svg width="200" height="80"><circle cx="30" cy="40" r="20" fill="red" onclick="${say("'red'")}"></circle><rect x="80" y="20" width="40" height="40" fill="blue" onclick="${say("'blue'")}"></rect></svg>${out}`,
    steps: [{ click: { css: 'rect' } }],
    done: 'blue',
  },
  {
    kind: 'thing that moves away and is half covered',
    html: `<button id="m" style="position:absolute;left:20px;top:20px;width:120px;height:60px" onclick="${say("'hit'")}">Catch me</button><div style="position:absolute;left:20px;top:20px;width:80px;height:60px;background:#eee"></div>
      <div style="height:100px"></div>${out}<script>let x=20;const timer=setInterval(()=>{x+=6;m.style.left=x+'px';if(x>120)clearInterval(timer)},40)</script>`,
    steps: [{ click: { role: 'button', name: 'Catch me' } }],
    done: 'hit',
  },
  {
    kind: 'bare spans as links in a text',
    html: `<p>Lorem <span class="link">ipsum</span> dolor <span class="link">sit</span> amet, <span>ipsumque</span>.</p>${out}<script>document.onclick=(e)=>{if(e.target.className==='link')${say('e.target.textContent')}}</script>`,
    steps: [{ click: { text: 'ipsum', exact: true } }],
    done: 'ipsum',
  },
  {
    kind: 'box made larger by its corner, and a text typed into it',
    html: `<textarea id="t" style="width:150px;height:60px" onkeyup="${say("(t.offsetWidth>190)+' '+t.value")}"></textarea>${out}`,
    steps: [
      { drag: { css: '#t', at: { x: -4, y: -4 }, to: { by: { x: 60, y: 20 } } } },
      { click: { css: '#t' } },
      { type: 'Hi there' },
    ],
    done: 'true Hi there',
  },
  {
    kind: 'rows of a table with alike buttons',
    html: `<table>${['Ada', 'Bob', 'Cy'].map((n) => `<tr><td>${n}</td><td><button onclick="${say(`'${n}'`)}">Edit</button></td></tr>`).join('')}</table>${out}`,
    steps: [{ click: { role: 'button', name: 'Edit', nth: 1 } }],
    done: 'Bob',
  },
  {
    kind: 'file field behind a button, and one that opens a choice',
    html: `<label class="b">Add a photo<input id="f" type="file" style="display:none"></label><button onclick="const i=document.createElement('input');i.type='file';i.multiple=true;i.onchange=()=>read(i.files);i.click()">Attach</button>${out}
      <script>const read=async(files)=>{for(const f of files)out.textContent+=f.name+'='+await f.text()+';'};f.onchange=()=>read(f.files)</script>`,
    steps: [
      { upload: { text: 'Add a photo', files: [{ name: 'a.txt', content: 'A' }] } },
      {
        upload: {
          text: 'Attach',
          files: [
            { name: 'b.txt', content: 'B' },
            { name: 'c.bin', base64: 'Qw==' },
          ],
        },
      },
    ],
    done: 'a.txt=A;b.txt=B;c.bin=C;',
  },
  {
    kind: 'field of the page where files are dropped, and a box that asks for a text',
    html: `<div id="z" style="width:150px;height:60px;border:1px dashed" ondragover="event.preventDefault()">Drop here</div><button onclick="out.textContent+=prompt('Your name?','nobody')">Sign</button>${out}
      <script>z.ondrop=async(e)=>{e.preventDefault();const f=e.dataTransfer.files[0];out.textContent=f.name+'='+await f.text()+' '}</script>`,
    steps: [
      { upload: { text: 'Drop here', files: [{ name: 'a.txt', content: 'A' }] } },
      { click: { text: 'Sign' } },
      { type: 'Ada' },
    ],
    done: 'a.txt=A Ada',
  },
  {
    kind: 'banner that may be there',
    html: `<div id="banner"><button onclick="banner.remove()">Accept</button></div><button onclick="${say("banner_gone()?'in':'blocked'")}">Enter</button>${out}<script>const banner_gone=()=>!document.getElementById('banner')</script>`,
    steps: [
      { if: { condition: { text: 'Accept' }, then: [{ click: { text: 'Accept' } }] } },
      {
        if: {
          condition: { text: 'Sign in' },
          then: [{ click: { text: 'Sign in' } }],
          else: [{ click: { text: 'Enter' } }],
        },
      },
    ],
    done: 'in',
  },
];
