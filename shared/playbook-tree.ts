import { listsOf, type PlaybookStep } from './flow.ts';

/** A step in its place: all steps of a playbook are counted through, each before what it holds. */
export interface StepNode {
  index: number;
  depth: number;
  step: PlaybookStep;
  lists: Partial<Record<'then' | 'else' | 'steps', StepNode[]>>;
}

export function numberSteps(steps: readonly PlaybookStep[]): StepNode[] {
  let next = 0;
  const number = (list: readonly PlaybookStep[], depth: number): StepNode[] =>
    list.map((step) => {
      const index = next++;
      const lists = listsOf(step).map(([field, inner]) => [field, number(inner, depth + 1)]);
      return { index, depth, step, lists: Object.fromEntries(lists) };
    });
  return number(steps, 0);
}

/** Every step, in the order of its number. */
export function allNodes(nodes: readonly StepNode[]): StepNode[] {
  return nodes.flatMap((node) => [node, ...allNodes(Object.values(node.lists).flat())]);
}

/** How many steps these come to at most. */
export function mostRuns(steps: readonly PlaybookStep[]): number {
  return steps.reduce((sum, step) => {
    const inner = listsOf(step).map(([, list]) => mostRuns(list));
    return sum + 1 + (step.verb === 'repeat' ? step.input.max : 1) * Math.max(0, ...inner);
  }, 0);
}
