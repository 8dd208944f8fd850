/** The ways to name an element, one to a target. Apart from the schemas, so that the page need not load those. */
export const TARGET_KINDS = ['role', 'label', 'text', 'placeholder', 'css', 'ref', 'point'] as const;

export function namesElement(
  target: Partial<Record<(typeof TARGET_KINDS)[number] | 'name', unknown>>,
): boolean {
  return TARGET_KINDS.some((kind) => target[kind] !== undefined) || target.name !== undefined;
}
