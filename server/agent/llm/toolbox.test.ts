import { describe, expect, it } from 'vitest';
import { VERBS } from '../../../shared/playbook.ts';
import { intentOf, toolDefinitions } from './toolbox.ts';

const call = (tool: string, input: unknown) => intentOf({ id: '1', tool, input });

describe('the tools of a model', () => {
  it('[AGT-1] are the verbs of the registry, and two of the loop', () => {
    expect(toolDefinitions().map(({ name }) => name)).toEqual([...VERBS, 'request_human', 'done']);
    for (const { inputSchema, description } of toolDefinitions()) {
      expect(inputSchema.type).toBe('object');
      expect(description).not.toBe('');
    }
  });

  it('[AGT-9] none of them runs code, and all of them together stay short', () => {
    const tools = toolDefinitions();
    for (const { name } of tools) expect(name).not.toMatch(/script|eval|code|run/i);
    expect(JSON.stringify(tools).length).toBeLessThan(16_000);
  });

  it('[AGT-3] show the caller’s schema where the result goes', () => {
    const schema = { type: 'object', properties: { price: { type: 'number' } } };
    expect(toolDefinitions(schema).at(-1)?.inputSchema.properties).toMatchObject({ result: schema });
  });

  it('[AGT-3] take what a model calls as a step', () => {
    expect(call('click', { ref: 'e12' })).toEqual({
      type: 'step',
      step: { verb: 'click', input: { ref: 'e12' } },
    });
    expect(call('navigate', { url: 'https://a.example/' })).toMatchObject({
      step: { verb: 'navigate', input: 'https://a.example/' },
    });
    expect(call('done', { success: true, result: 3 })).toEqual({ type: 'done', success: true, result: 3 });
  });

  it.each([
    ['clik', { ref: 'e1' }, /There is no tool 'clik'. Did you mean 'click'\?/],
    ['click', '{"ref": "e1', /no JSON object/],
    ['click', {}, /names no element/],
    ['click', { ref: 'button 7' }, /e12/],
    ['navigate', { url: 'file:///etc/passwd' }, /not allowed/],
    ['navigate', {}, /navigate/],
    ['press', { key: 'Entr' }, /did you mean 'Enter'/],
    ['done', { result: 'x' }, /"success"/],
    ['request_human', { question: '' }, /"question"/],
  ])('[AGT-3] say what is wrong with %s %j', (tool, input, message) => {
    expect(call(tool, input)).toEqual({ type: 'wrong', message: expect.stringMatching(message) });
  });
});
