export interface Series {
  name: string;
  values: readonly number[];
  digits?: number;
}

const BARS = '▁▂▃▄▅▆▇█';
const WIDTH = 48;

/** One line a series: how it went, from its smallest to its largest value, and where it began and ended. */
export function chart(series: readonly Series[]): string {
  const named = Math.max(...series.map(({ name }) => name.length));
  const head = `${''.padEnd(named)}  ${''.padEnd(WIDTH)}${['first', 'min', 'max', 'last'].map(cell).join('')}`;
  const lines = series.map(({ name, values, digits = 0 }) => {
    const ends = [values[0] ?? 0, Math.min(...values), Math.max(...values), values.at(-1) ?? 0];
    const numbers = ends.map((value) => cell(value.toFixed(digits))).join('');
    return `${name.padEnd(named)}  ${bars(values).padEnd(WIDTH)}${numbers}`;
  });
  return [head, ...lines].join('\n');
}

/** At most WIDTH of them; of several values in one place the largest is shown. */
function bars(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const places = Math.min(WIDTH, values.length);
  return Array.from({ length: places }, (_, place) => {
    const from = Math.floor((place * values.length) / places);
    const until = Math.floor(((place + 1) * values.length) / places);
    const value = Math.max(...values.slice(from, until));
    return BARS[high > low ? Math.round(((value - low) / (high - low)) * (BARS.length - 1)) : 0];
  }).join('');
}

const cell = (text: string) => text.padStart(9);
