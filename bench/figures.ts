/** One line of the table: what was measured beside what, and whether the goal is met. */
export interface Figure {
  /** `PERF-1`. */
  requirement: string;
  what: string;
  /** In the table's columns; null where it was not measured. */
  raw?: number | null;
  product: number | null;
  baseline?: number | null;
  unit: string;
  goals: Goal[];
}

export interface Goal {
  /** `≤ 1.10 × raw`. */
  words: string;
  actual: number;
  met: boolean;
}

export function percentile(samples: readonly number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** A goal on the ratio of two columns; nothing when the other column was not measured. */
export function atMostTimes(name: string, times: number, ours: number, other: number | undefined): Goal[] {
  if (other === undefined) return [];
  return [
    { words: `≤ ${times.toFixed(2)} × ${name}`, actual: ours / other, met: ours / other <= times + 0.005 },
  ];
}

export const atMost = (limit: number, actual: number, unit: string): Goal => ({
  words: `≤ ${limit} ${unit}`,
  actual,
  met: actual <= limit,
});

export const atLeast = (limit: number, actual: number, unit: string): Goal => ({
  words: `≥ ${limit} ${unit}`,
  actual,
  met: actual >= limit,
});

const HEAD = ['', 'figure', 'raw socket', 'product', 'baseline', 'goal', 'measured', ''];
const ALIGNED_RIGHT = new Set([2, 3, 4, 6]);

export function table(figures: readonly Figure[]): string {
  const rows = figures.flatMap((figure) => {
    const number = (value: number | null | undefined) =>
      value === null || value === undefined ? '–' : `${rounded(value)} ${figure.unit}`;
    const columns = [figure.raw, figure.product, figure.baseline].map(number);
    const goals = figure.goals.length > 0 ? figure.goals : [null];
    return goals.map((goal, index) => [
      ...(index === 0 ? [figure.requirement, figure.what, ...columns] : ['', '', '', '', '']),
      goal?.words ?? '',
      goal ? (goal.words.includes('×') ? `${goal.actual.toFixed(2)} ×` : rounded(goal.actual)) : '',
      goal ? (goal.met ? 'met' : 'NOT MET') : '',
    ]);
  });
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return ALIGNED_RIGHT.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(HEAD), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
