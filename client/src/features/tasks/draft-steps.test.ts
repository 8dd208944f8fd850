import { describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../../../shared/parse-playbook.ts';
import { VERBS } from '../../../../shared/playbook.ts';
import { lineFor, stepsOf, withSteps } from './draft-steps.ts';
import { personal } from './issue-words.ts';
import { newStep, type TargetKind, targets, verbForms } from './new-step.ts';

describe('the step builder', () => {
  it('[AGT-2] writes a step that the server takes, for every verb and every kind of element', () => {
    const values: Partial<Record<string, string>> = {
      navigate: 'https://example.com',
      press: 'Enter',
      extract: 'price',
      download: 'report',
    };
    for (const verb of [...VERBS, 'askHuman', 'if', 'repeat'] as const) {
      const kinds = verbForms[verb].target ? (Object.keys(targets) as TargetKind[]) : ['button' as const];
      for (const kind of kinds) {
        const step = newStep({ verb, kind, target: 'Save', value: values[verb] ?? 'text' });
        const draft = withSteps('', [step]);
        expect(parsePlaybook(JSON.parse(draft))).toMatchObject({ ok: true });
        expect(lineFor(step)).not.toContain('{');
      }
    }
  });

  it('keeps the rest of the document, and empties a draft that has nothing else', () => {
    const named = withSteps('{"name": "Mine", "steps": []}', [{ press: 'Enter' }]);
    expect(JSON.parse(named)).toEqual({ name: 'Mine', steps: [{ press: 'Enter' }] });
    expect(withSteps('{"steps": [{"press": "Enter"}]}', [])).toBe('');
    expect(stepsOf('')).toEqual([]);
    expect(stepsOf('{"steps": [')).toBeNull();
  });

  it('[AGT-2] says what is done inside of a step, and where inside of it something is wrong', () => {
    const step = { if: { condition: { text: 'Accept' }, then: [{ back: {} }], else: [{ press: 'Enter' }] } };
    expect(lineFor(step)).toBe("If text 'Accept': Go back; else: Press Enter");
    expect(personal({ path: 'steps.1.if.then.0', message: 'steps[1].then[0] has no verb' })).toEqual({
      index: 1,
      message: 'Step 2 › then 1 has no verb',
    });
  });

  it('shows what is no step yet as it is', () => {
    expect(lineFor('click')).toBe('"click"');
    expect(lineFor({})).toBe('{}');
    expect(lineFor({ clik: 1 })).toBe('{"clik":1}');
  });

  it('[UI-2] counts steps from one', () => {
    expect(personal({ path: 'steps.1.click', message: 'steps[1] (click) names no element' })).toEqual({
      index: 1,
      message: 'Step 2 (click) names no element',
    });
  });
});
