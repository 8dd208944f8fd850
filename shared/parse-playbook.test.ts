import { describe, expect, it } from 'vitest';
import { writtenStep } from './flow.ts';
import { parsePlaybook } from './parse-playbook.ts';
import { parseCall } from './parse-step.ts';
import { MAX_STEPS, VERBS } from './playbook.ts';
import { playbookComponents, playbookSchema } from './playbook-schema.ts';
import { allNodes, numberSteps } from './playbook-tree.ts';

const messages = (input: unknown): string[] => {
  const parsed = parsePlaybook(input);
  return parsed.ok ? [] : parsed.issues.map(({ message }) => message);
};
const stepProblem = (step: unknown) => messages({ steps: [{ screenshot: {} }, step] })[0];

describe('parsePlaybook', () => {
  it('[AGT-2] accepts every verb and every kind of target', () => {
    const parsed = parsePlaybook({
      $schema: 'https://example.com/api/playbook.schema.json',
      name: 'All',
      variables: { site: 'https://example.com', count: 3, deep: true },
      steps: [
        { navigate: '{{site}}/a' },
        { click: { role: 'button', name: 'Save', nth: 1, exact: true } },
        { fill: { label: 'Amount', value: '{{count}}' } },
        { select: { placeholder: 'Country', option: 'Austria' } },
        { press: 'Control+Shift+A' },
        { waitFor: { text: 'Done' } },
        { assert: { css: '#a', is: 'hidden' } },
        { extract: { css: '#b', as: 'total', attribute: 'href' } },
        { fill: { label: 'Again', value: '{{ total }}' } },
        { screenshot: {} },
        { snapshot: { find: 'total', maxCharacters: 2000 } },
        { back: {} },
        { type: 'hello' },
        { tab: { switch: 'Invoice' } },
        { tab: { new: 'https://example.com' } },
        { click: { text: 'a', button: 'right', count: 2, modifiers: ['Shift'], at: { x: 1, y: 2 } } },
        { hover: { text: 'a' } },
        { drag: { text: 'a', to: { css: '#b', at: { x: 1, y: 1 } } } },
        { drag: { role: 'slider', to: { by: { x: 100, y: 0 } } } },
        { scroll: { to: 'bottom' } },
        { scroll: { css: '#list', by: { y: 300 } } },
        { selectText: { css: 'p', part: 'quick fox' } },
        { upload: { label: 'File', files: [{ name: 'a.txt', content: 'A' }] } },
        { download: { text: 'Report', as: 'report' } },
        { upload: { label: 'File', files: [{ artifact: 'report' }] } },
        { waitFor: { text: 'Loading', is: 'hidden', seconds: 60 } },
        { waitFor: { url: '/done' } },
        { waitFor: { seconds: 0.5 } },
        { assert: { url: '/done' } },
        { assert: { value: '{{total}}', contains: '3' } },
        { extract: { css: 'li', as: 'all', all: true, append: true } },
      ],
    });
    expect(parsed).toMatchObject({ ok: true, playbook: { variables: { count: '3', deep: 'true' } } });
  });

  it.each([
    [{ clik: { text: 'a' } }, /^steps\[1\] has the unknown verb 'clik'; did you mean 'click'\?/],
    [
      { click: { text: 'a' }, press: 'Enter' },
      /^steps\[1\] has 2 verbs \('click', 'press'\).*separate steps/,
    ],
    [{}, /^steps\[1\] has no verb; give one of navigate, back/],
    ['click', /^steps\[1\] must be an object with one verb/],
    [{ click: {} }, /^steps\[1\] \(click\) names no element; give one of "role"/],
    [{ click: 'Save' }, /^steps\[1\] \(click\) must be an object that names an element/],
    [{ click: { text: 'a', css: 'b' } }, /names the element by text and css; give just one/],
    [{ click: { name: 'a' } }, /names no element/],
    [{ click: { text: 'a', name: 'b' } }, /"name" belongs to "role"/],
    [{ click: { role: 'buton' } }, /'buton' is no ARIA role/],
    [{ click: { text: 'a', nth: -1 } }, /"nth" counts from 0/],
    [{ click: { text: 'a', colour: 'red' } }, /unknown field 'colour'/],
    [{ fill: { label: 'a' } }, /"value" is missing or is no string/],
    [{ navigate: 'example.com' }, /'example\.com' is no URL; write it in full/],
    [{ navigate: 'file:///etc/passwd' }, /'file:' addresses are not allowed/],
    [{ navigate: 'javascript:alert(1)' }, /'javascript:' addresses are not allowed/],
    [{ navigate: 5 }, /must be a text, such as \{"navigate": "https/],
    [{ press: 'Entr' }, /'Entr' is no key; did you mean 'Enter'\?/],
    [{ press: 'Ctrl+A' }, /'Ctrl' is no modifier key; use Control/],
    [{ assert: { text: 'a', is: 'gone' } }, /"is" must be one of visible, hidden/],
    [{ extract: { text: 'a', as: '__proto__' } }, /"as" must start with a letter/],
    [{ fill: { label: 'a', value: '{{nobody}}' } }, /uses \{\{nobody\}\}, which is neither/],
    [{ type: '{{secret:pin}}' }, /goes into the "value" of "fill" only/],
    [{ askHuman: { instructions: 'Is it {{nobody}}?' } }, /uses \{\{nobody\}\}/],
    [{ tab: {} }, /\(tab\) needs exactly one of "list", "switch", "new", "close", such as/],
    [{ tab: { switch: -1 } }, /"switch" counts from 0/],
    [{ drag: { text: 'a', to: {} } }, /"to" names no place; give a target, or \{"by"/],
    [{ drag: { text: 'a', to: { ref: 'e1' } } }, /\(drag\) has "ref"/],
    [{ tab: { switch: true } }, /"switch" must be a number from 0, or a part of a title/],
    [{ scroll: {} }, /needs a target to bring into view/],
    [{ upload: { label: 'a', files: [{ name: 'x' }] } }, /needs exactly one of "content", "base64"/],
    [{ waitFor: {} }, /needs a target, \{"url"/],
    [{ click: { ref: 'e12' } }, /\(click\) has "ref", which belongs to one snapshot.*name the element by/],
    [{ click: { point: { x: 1, y: 2 } } }, /\(click\) has "point", which depends on.*name the element by/],
  ])('[AGT-2] refuses %j and says what to do', (step, wanted) => {
    expect(stepProblem(step)).toMatch(wanted);
  });

  it('[AGT-2] accepts what decides, repeats and asks, inside each other', () => {
    const parsed = parsePlaybook({
      steps: [
        { askHuman: { instructions: 'Sign in', as: 'code' } },
        { if: { condition: { value: '{{code}}', equals: '1' }, then: [{ screenshot: {} }] } },
        {
          repeat: {
            max: 3,
            while: { text: 'More' },
            steps: [
              { if: { condition: { url: '/a' }, then: [{ back: {} }], else: [{ click: { text: 'More' } }] } },
              { extract: { css: 'h1', as: 'title' } },
            ],
          },
        },
        {
          repeat: {
            max: 2,
            until: { value: '{{last}}', equals: 'x' },
            steps: [{ extract: { css: 'a', as: 'last' } }],
          },
        },
        { fill: { label: 'Title', value: '{{title}} {{code}}' } },
      ],
    });
    expect(parsed).toMatchObject({ ok: true });
    if (!parsed.ok) return;
    const nodes = allNodes(numberSteps(parsed.playbook.steps));
    expect(nodes.map(({ index, depth, step }) => [index, depth, step.verb].join(' '))).toEqual([
      ...['0 0 askHuman', '1 0 if', '2 1 screenshot', '3 0 repeat', '4 1 if', '5 2 back', '6 2 click'],
      ...['7 1 extract', '8 0 repeat', '9 1 extract', '10 0 fill'],
    ]);
    expect(parsePlaybook({ steps: parsed.playbook.steps.map(writtenStep) })).toEqual(parsed);
  });

  it.each([
    [{ if: { then: [{ back: {} }] } }, /^steps\[1\] \(condition\) must be an object that names an element/],
    [{ if: { condition: { text: 'a' } } }, /^steps\[1\]\.then must be a list of at least one step/],
    [{ if: 'a' }, /^steps\[1\] \(if\) must be an object such as \{"condition"/],
    [{ if: { condition: { text: 'a' }, than: [] } }, /unknown field 'than'/],
    [{ if: { condition: { ref: 'e1' }, then: [{ back: {} }] } }, /\(condition\) has "ref"/],
    [{ repeat: { steps: [{ back: {} }] } }, /\(repeat\) "max" must say how many rounds at most, such as 10/],
    [{ repeat: { max: 9999, steps: [{ back: {} }] } }, /"max" must be ≤ 1000/],
    [
      { repeat: { max: 2, while: { text: 'a' }, until: { text: 'b' }, steps: [] } },
      /both "while" and "until"/,
    ],
    [{ repeat: { max: 2, steps: [{ clik: {} }] } }, /^steps\[1\]\.steps\[0\] has the unknown verb 'clik'/],
    [
      {
        repeat: {
          max: 2,
          while: { value: '{{a}}', equals: '' },
          steps: [{ extract: { css: 'a', as: 'a' } }],
        },
      },
      /uses \{\{a\}\}/,
    ],
    [{ askHuman: {} }, /\(askHuman\) "instructions" is missing/],
    [
      { repeat: { max: 1000, steps: [{ repeat: { max: 1000, steps: [{ back: {} }] } }] } },
      /could come to 1001002 steps/,
    ],
  ])('[AGT-2] refuses %j and says what to do', (step, wanted) => {
    expect(stepProblem(step)).toMatch(wanted);
  });

  it('[AGT-2] nests five deep and no deeper, and tells programs where the fault is', () => {
    const nested = (depth: number): object =>
      depth % 2 === 0
        ? { if: { condition: { text: 'a' }, then: [depth === 0 ? { back: {} } : nested(depth - 1)] } }
        : { repeat: { max: 1, steps: [nested(depth - 1)] } };
    expect(stepProblem(nested(4))).toBeUndefined();
    expect(stepProblem(nested(5))).toMatch(/is nested too deeply; 5 steps/);
    expect(parsePlaybook({ steps: [{ click: { text: 'a', nth: -1 } }] })).toMatchObject({
      issues: [{ path: 'steps.0.click.nth' }],
    });
  });

  it('[AGT-2] describes itself to editors, without what only single calls may use', () => {
    const schema = JSON.stringify(playbookSchema());
    for (const verb of [...VERBS, 'if', 'repeat', 'askHuman']) expect(schema).toContain(`"${verb}"`);
    expect(schema).not.toContain('"ref":');
    expect(JSON.stringify(playbookComponents())).not.toContain('$defs');
  });

  it('[AGT-1] takes references and points in a single call, and only there', () => {
    expect(parseCall({ click: { ref: 'f1e3' } })).toEqual({
      step: { verb: 'click', input: { ref: 'f1e3' } },
    });
    expect(parseCall({ click: { point: { x: 3, y: 4 } } })).toHaveProperty('step');
    expect(parseCall({ click: { ref: 'button' } })).toMatchObject({
      issues: [{ path: 'click.ref', message: expect.stringMatching(/^The call \(click\).*newest snapshot/) }],
    });
    expect(parseCall({ click: { ref: 'e1', point: { x: 1, y: 1 } } })).toHaveProperty('issues');
  });

  it('[AGT-2] refuses what is no playbook, too long or too large', () => {
    expect(messages([])[0]).toMatch(/must be an object/);
    expect(messages({})[0]).toMatch(/"steps" must be a list/);
    expect(messages({ steps: [] })[0]).toMatch(/at least one step/);
    expect(messages({ step: [], steps: [{ screenshot: {} }] })[0]).toMatch(/Unknown field 'step'/);
    expect(messages({ steps: Array(MAX_STEPS + 1).fill({ screenshot: {} }) })[0]).toMatch(/has 201 steps/);
    const fat = { click: { text: 'x'.repeat(400) } };
    expect(messages({ steps: Array(180).fill(fat) })[0]).toMatch(/larger than 64 KiB/);
  });
});
