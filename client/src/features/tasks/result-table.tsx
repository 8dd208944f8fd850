import type { SessionApi } from '../../lib/api.ts';
import { KeptFile, keptFile } from './kept-file.tsx';
import { Screenshot } from './screenshot.tsx';
import { screenshotPath } from './screenshot-path.ts';

interface Props {
  result: Record<string, unknown>;
  /** Null on the receipt, which lists the files by themselves. */
  api: SessionApi | null;
}

/** What was extracted, by name. */
export function ResultTable({ result, api }: Props) {
  const entries = Object.entries(result);
  if (entries.length === 0) return null;
  return (
    <table className="mt-3 w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">Results</caption>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name} className="border-t border-line align-top">
            <th scope="row" className="w-[32%] py-2 pr-3 text-left font-medium break-words text-muted">
              {name}
            </th>
            <td className="py-2 break-words whitespace-pre-wrap">
              <Value name={name} value={value} api={api} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ name, value, api }: { name: string; value: unknown; api: SessionApi | null }) {
  const path = screenshotPath(value);
  if (path) return api ? <Screenshot name={name} path={path} api={api} /> : 'Among the files.';
  const file = keptFile(value);
  if (file) return api ? <KeptFile file={file} api={api} /> : 'Among the files.';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  return <code className="font-mono text-xs">{JSON.stringify(value, null, 2)}</code>;
}
