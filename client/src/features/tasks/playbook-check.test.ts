import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../../../shared/parse-playbook.ts';
import { checkPlaybook } from './playbook-check.ts';
import { examples, printPlaybook } from './playbook-examples.ts';

describe('checkPlaybook', () => {
  it.each([
    ['', /Write the steps/],
    ['{"steps": [\n  {"click" {}}\n]}', /not valid JSON.*line 2/],
    ['[]', /A playbook is an object/],
    ['{"name": "x"}', /"steps" is missing/],
    ['{"steps": []}', /at least one step/],
    ['{"steps": [{"press": "Enter"}, {}]}', /Step 2 .* has none/],
    ['{"steps": [{"press": "Enter", "click": {}}]}', /Step 1 .* has 2 \(press, click\)/],
  ])('refuses %j and says what to do', (text, message) => {
    expect(checkPlaybook(text)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  it.each(examples)('[AGT-2] the example "$name" is a playbook that the server takes', ({ playbook }) => {
    const printed = printPlaybook(playbook);
    const checked = checkPlaybook(printed);
    expect(checked).toEqual({ ok: true, playbook });
    expect(() => parsePlaybook(playbook)).not.toThrow();
  });
});
