import type { PlaybookStep } from './flow.ts';
import type { VerbInput } from './playbook.ts';
import type { Target } from './target.ts';
import { namesElement } from './target-kinds.ts';

/** One line for people: what a step does. Filled values are not shown, they may be private. */
export function stepSummary(step: PlaybookStep): string {
  switch (step.verb) {
    case 'navigate':
      return `Go to ${shorten(step.input)}`;
    case 'back':
      return 'Go back';
    case 'tab':
      return tabSummary(step.input);
    case 'click':
      return `${clickWord(step.input)} ${describeTarget(step.input)}`;
    case 'hover':
      return `Point at ${describeTarget(step.input)}`;
    case 'drag':
      return `Drag ${describeTarget(step.input)} ${dragEnd(step.input.to)}`;
    case 'scroll':
      return scrollSummary(step.input);
    case 'selectText':
      return `Select ${step.input.part === undefined ? '' : `'${shorten(step.input.part)}' in `}${describeTarget(step.input)}`;
    case 'upload':
      return `Upload ${step.input.files.map((file) => file.name ?? file.artifact).join(', ')} to ${describeTarget(step.input)}`;
    case 'download':
      return `Download from ${describeTarget(step.input)}`;
    case 'fill':
      return `Fill ${describeTarget(step.input)}`;
    case 'select':
      return `Select '${shorten(step.input.option)}' in ${describeTarget(step.input)}`;
    case 'press':
      return `Press ${step.input}`;
    case 'type':
      return 'Type a text';
    case 'waitFor':
      return waitSummary(step.input);
    case 'assert':
      return `Check ${conditionSummary(step.input)}`;
    case 'extract':
      return `Read ${describeTarget(step.input)} as ${step.input.as}`;
    case 'screenshot':
      return 'Take a screenshot';
    case 'askHuman':
      return `Ask you: ${shorten(step.input.instructions)}`;
    case 'if':
      return `If ${conditionSummary(step.input.condition)}`;
    case 'repeat':
      return repeatSummary(step.input);
    case 'snapshot':
      return step.input.find === undefined
        ? 'Look at the page'
        : `Look for '${shorten(step.input.find)}' on the page`;
  }
}

function tabSummary(input: VerbInput<'tab'>): string {
  if (input.new !== undefined) return `Open ${shorten(input.new)} in a new tab`;
  if (input.switch !== undefined) return `Go to tab ${input.switch}`;
  return input.close === undefined ? 'List the tabs' : `Close tab ${input.close}`;
}

function clickWord({ button, count }: VerbInput<'click'>): string {
  if (button === 'right') return 'Right-click';
  return count === 2 ? 'Double-click' : 'Click';
}

function dragEnd(to: VerbInput<'drag'>['to']): string {
  return to.by ? `by ${to.by.x}, ${to.by.y}` : `to ${describeTarget(to)}`;
}

function scrollSummary({ by, to, ...target }: VerbInput<'scroll'>): string {
  const inside = namesElement(target) ? describeTarget(target) : '';
  if (!by && !to) return `Scroll to ${inside}`;
  const way = to ? `to the ${to}` : `by ${by?.x ?? 0}, ${by?.y ?? 0}`;
  return `Scroll ${inside ? `${inside} ` : ''}${way}`;
}

function waitSummary({ is, url, seconds, ...target }: VerbInput<'waitFor'>): string {
  if (namesElement(target)) return `Wait for ${describeTarget(target)}${is === 'hidden' ? ' to go' : ''}`;
  return url === undefined ? `Wait ${seconds} seconds` : `Wait for the address ${shorten(url)}`;
}

function repeatSummary({ max, ...input }: Extract<PlaybookStep, { verb: 'repeat' }>['input']): string {
  if (input.until) return `Repeat until ${conditionSummary(input.until)}, at most ${max} times`;
  if (input.while) return `Repeat while ${conditionSummary(input.while)}, at most ${max} times`;
  return max === 1 ? 'Do once' : `Repeat ${max} times`;
}

/** What is checked, as in "Check …" or "If …". */
function conditionSummary(input: VerbInput<'assert'>): string {
  const { is, equals, contains, url, value, ...target } = input;
  const compared = equals ?? contains;
  const wanted =
    compared === undefined ? '' : ` ${equals === undefined ? 'has' : 'is'} '${shorten(compared)}'`;
  if (value !== undefined) return `'${shorten(value)}'${wanted}`;
  if (!namesElement(target)) return `the address has '${shorten(url ?? '')}'`;
  return `${describeTarget(target)}${is === 'hidden' ? ' is hidden' : wanted}`;
}

/** `button 'Save'`, `field 'E-mail'`: a target as a person would say it. */
export function describeTarget(target: Target): string {
  const nth = target.nth === undefined ? '' : ` (number ${target.nth}, counted from 0)`;
  if (target.role !== undefined)
    return `${target.role}${target.name ? ` '${shorten(target.name)}'` : ''}${nth}`;
  if (target.label !== undefined) return `field labelled '${shorten(target.label)}'${nth}`;
  if (target.text !== undefined) return `text '${shorten(target.text)}'${nth}`;
  if (target.placeholder !== undefined)
    return `field with placeholder '${shorten(target.placeholder)}'${nth}`;
  if (target.ref !== undefined) return `element ${target.ref}`;
  if (target.point !== undefined) return `point ${target.point.x}, ${target.point.y}`;
  return `element matching ${shorten(target.css ?? '')}${nth}`;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
