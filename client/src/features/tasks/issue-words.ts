export interface Issue {
  /** Null when it is about the playbook as a whole. */
  index: number | null;
  message: string;
}

/** People count steps from one; the API counts from nought. */
export function personal({ path, message }: { path: string; message: string }): Issue {
  const index = /^steps\.(\d+)/.exec(path)?.[1];
  const words = message.replace(
    /\bsteps\[(\d+)\]((?:\.\w+(?:\[\d+\])?)*)/g,
    (_, at: string, inner: string) => `Step ${Number(at) + 1}${inner.replace(INNER, placeInside)}`,
  );
  return { index: index === undefined ? null : Number(index), message: words };
}

const INNER = /\.(\w+)(?:\[(\d+)\])?/g;
const placeInside = (_: string, field: string, at?: string) =>
  at === undefined ? ` › ${field}` : ` › ${field} ${Number(at) + 1}`;

export function byStep(issues: Issue[]): Map<number, string[]> {
  const map = new Map<number, string[]>();
  for (const { index, message } of issues) {
    if (index !== null) map.set(index, [...(map.get(index) ?? []), message]);
  }
  return map;
}
