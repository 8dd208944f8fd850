/**
 * While a human has control an outside client hears only what keeps its picture of the tabs true: which there
 * are, which frames, when they load. What a page holds, sends or says is a human's own then. [AGT-4]
 */
const HEARD =
  /^(?:Target|Inspector)\.|^Page\.(?:frame|lifecycleEvent|load|dom|navigated)|^Runtime\.executionContext/;

export function isHeardByOutsiders(event: string): boolean {
  return HEARD.test(event);
}
