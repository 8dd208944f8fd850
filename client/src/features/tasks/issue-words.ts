export interface Issue {
  /** Null when it is about the playbook as a whole. */
  index: number | null;
  message: string;
}

/** People count steps from one; the API counts from nought. */
export function personal({ path, message }: { path: string; message: string }): Issue {
  const index = /^steps\.(\d+)/.exec(path)?.[1];
  const words = message.replace(/\bsteps\[(\d+)\]/g, (_, at: string) => `Step ${Number(at) + 1}`);
  return { index: index === undefined ? null : Number(index), message: words };
}

export function byStep(issues: Issue[]): Map<number, string[]> {
  const map = new Map<number, string[]>();
  for (const { index, message } of issues) {
    if (index !== null) map.set(index, [...(map.get(index) ?? []), message]);
  }
  return map;
}
