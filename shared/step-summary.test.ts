import { expect, it } from 'vitest';
import { parsePlaybook } from './parse-playbook.ts';
import { describeTarget, stepSummary } from './step-summary.ts';

it.each<[string, object]>([
  ['Go to https://a.test/', { navigate: 'https://a.test/' }],
  ['Go back', { back: {} }],
  ['Open https://a.test/ in a new tab', { tab: { new: 'https://a.test/' } }],
  ['Go to tab 0', { tab: { switch: 0 } }],
  ['Close tab 0', { tab: { close: 0 } }],
  ['List the tabs', { tab: { list: true } }],
  ["Click button 'Save'", { click: { role: 'button', name: 'Save' } }],
  [
    "Right-click text 'Save' (number 0, counted from 0)",
    { click: { text: 'Save', button: 'right', nth: 0 } },
  ],
  ["Double-click text 'Save'", { click: { text: 'Save', count: 2 } }],
  ["Click text 'Save'", { click: { text: 'Save', count: 1 } }],
  ["Point at field labelled 'Name'", { hover: { label: 'Name' } }],
  ["Drag text 'A' to text 'B'", { drag: { text: 'A', to: { text: 'B' } } }],
  ["Drag text 'A' by 1, -2", { drag: { text: 'A', to: { by: { x: 1, y: -2 } } } }],
  ['Scroll to element matching #a', { scroll: { css: '#a' } }],
  ['Scroll to the bottom', { scroll: { to: 'bottom' } }],
  ['Scroll element matching #a by 0, 5', { scroll: { css: '#a', by: { y: 5 } } }],
  ["Fill field with placeholder 'Town'", { fill: { placeholder: 'Town', value: 'private' } }],
  ["Select 'Red' in field labelled 'Colour'", { select: { label: 'Colour', option: 'Red' } }],
  ["Select 'b c' in text 'a b c'", { selectText: { text: 'a b c', part: 'b c' } }],
  ["Select text 'a'", { selectText: { text: 'a' } }],
  ['Press Enter', { press: 'Enter' }],
  ['Type a text', { type: 'private' }],
  [
    "Upload a.txt, report to field labelled 'File'",
    { upload: { label: 'File', files: [{ name: 'a.txt', content: 'private' }, { artifact: 'report' }] } },
  ],
  ["Download from text 'Report'", { download: { text: 'Report' } }],
  ["Wait for text 'Busy' to go", { waitFor: { text: 'Busy', is: 'hidden' } }],
  ['Wait for the address /done', { waitFor: { url: '/done' } }],
  ['Wait 2 seconds', { waitFor: { seconds: 2 } }],
  ["Check text 'a' is hidden", { assert: { text: 'a', is: 'hidden' } }],
  ["Check text 'a' is 'b'", { assert: { text: 'a', equals: 'b' } }],
  ["Check text 'a' has 'b'", { assert: { text: 'a', contains: 'b' } }],
  ["Check the address has '/done'", { assert: { url: '/done' } }],
  ["Check 'x' is 'y'", { assert: { value: 'x', equals: 'y' } }],
  ['Read heading as title', { extract: { role: 'heading', as: 'title' } }],
  ['Take a screenshot', { screenshot: {} }],
  ['Look at the page', { snapshot: {} }],
  ["Look for 'a' on the page", { snapshot: { find: 'a' } }],
  ['Ask you: Sign in', { askHuman: { instructions: 'Sign in' } }],
  ["If text 'a'", { if: { condition: { text: 'a' }, then: [{ back: {} }] } }],
  ['Do once', { repeat: { max: 1, steps: [{ back: {} }] } }],
  ['Repeat 3 times', { repeat: { max: 3, steps: [{ back: {} }] } }],
  [
    "Repeat until text 'a', at most 3 times",
    { repeat: { max: 3, until: { text: 'a' }, steps: [{ back: {} }] } },
  ],
  [
    "Repeat while text 'a', at most 3 times",
    { repeat: { max: 3, while: { text: 'a' }, steps: [{ back: {} }] } },
  ],
])('[AGT-2] says "%s"', (summary, step) => {
  const parsed = parsePlaybook({ steps: [step] });
  if (!parsed.ok || !parsed.playbook.steps[0]) throw new Error(JSON.stringify(parsed));
  expect(stepSummary(parsed.playbook.steps[0])).toBe(summary);
});

it('[AGT-1] says what a single call names, and cuts what is long', () => {
  expect(describeTarget({ ref: 'e12' })).toBe('element e12');
  expect(describeTarget({ point: { x: 3, y: 4 } })).toBe('point 3, 4');
  expect(describeTarget({ text: 'x'.repeat(90) })).toBe(`text '${'x'.repeat(79)}…'`);
});
