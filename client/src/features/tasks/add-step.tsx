import { Plus } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { type FormVerb, newStep, type StepInput, type TargetKind, targets, verbForms } from './new-step.ts';

const control =
  'min-h-9 min-w-0 rounded-lg border border-line-strong bg-paper px-2.5 text-sm text-ink placeholder:text-muted max-sm:min-h-11 max-sm:text-base';

/** Writes one step of JSON from words: what to do, to what, with what. */
export function AddStep({ onAdd }: { onAdd(step: Record<string, unknown>): void }) {
  const [input, setInput] = useState<StepInput>({ verb: 'navigate', kind: 'button', target: '', value: '' });
  const first = useRef<HTMLSelectElement>(null);
  const id = useId();
  const form = verbForms[input.verb];
  const ready = (!form.target || input.target !== '') && (!form.value || input.value !== '');

  const choose = (verb: FormVerb) =>
    setInput({ verb, kind: verbForms[verb].target ?? 'button', target: '', value: '' });
  const add = () => {
    if (!ready) return;
    onAdd(newStep(input));
    setInput({ ...input, target: '', value: '' });
    first.current?.focus();
  };
  const addOnEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    add();
  };

  return (
    <fieldset className="mt-3 min-w-0 rounded-xl border border-line p-3">
      <legend className="sr-only">Add a step</legend>
      <div className="flex gap-2">
        <select
          ref={first}
          aria-label="What to do"
          value={input.verb}
          onChange={(event) => choose(event.target.value as FormVerb)}
          className={`${control} grow font-medium`}
        >
          {Object.entries(verbForms).map(([verb, { label }]) => (
            <option key={verb} value={verb}>
              {label}
            </option>
          ))}
        </select>
        <Button size="small" aria-disabled={!ready} onClick={add} className="max-sm:min-h-11">
          <Plus size={15} aria-hidden="true" /> Add step
        </Button>
      </div>
      {form.target && (
        <div className="mt-2 flex gap-2">
          <select
            aria-label="Kind of element"
            value={input.kind}
            onChange={(event) => setInput({ ...input, kind: event.target.value as TargetKind })}
            className={`${control} w-40 shrink-0`}
          >
            {Object.entries(targets).map(([kind, { label }]) => (
              <option key={kind} value={kind}>
                {label}
              </option>
            ))}
          </select>
          <input
            aria-label="Which one"
            placeholder={input.kind === 'css' ? '#total' : 'As it is written'}
            value={input.target}
            onChange={(event) => setInput({ ...input, target: event.target.value })}
            onKeyDown={addOnEnter}
            className={`${control} grow`}
          />
        </div>
      )}
      {form.value && (
        <div className="mt-2 flex items-center gap-2">
          <label htmlFor={id} className="w-16 shrink-0 text-sm text-muted">
            {form.value.label}
          </label>
          <input
            id={id}
            placeholder={form.value.placeholder}
            value={input.value}
            autoCapitalize="off"
            autoComplete="off"
            onChange={(event) => setInput({ ...input, value: event.target.value })}
            onKeyDown={addOnEnter}
            className={`${control} grow`}
          />
        </div>
      )}
    </fieldset>
  );
}
