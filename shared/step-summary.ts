import type { Step } from './playbook.ts';
import type { Target } from './target.ts';

/** One line for people: what a step does. Filled values are not shown, they may be private. */
export function stepSummary(step: Step): string {
  switch (step.verb) {
    case 'navigate':
      return `Go to ${shorten(step.input)}`;
    case 'click':
      return `Click ${describeTarget(step.input)}`;
    case 'fill':
      return `Fill ${describeTarget(step.input)}`;
    case 'select':
      return `Select '${shorten(step.input.option)}' in ${describeTarget(step.input)}`;
    case 'press':
      return `Press ${step.input}`;
    case 'waitFor':
      return `Wait for ${describeTarget(step.input)}`;
    case 'assert':
      return `Check ${describeTarget(step.input)}`;
    case 'extract':
      return `Read ${describeTarget(step.input)} as ${step.input.as}`;
    case 'screenshot':
      return 'Take a screenshot';
    case 'snapshot':
      return step.input.find === undefined
        ? 'Look at the page'
        : `Look for '${shorten(step.input.find)}' on the page`;
  }
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
