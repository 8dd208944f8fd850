import { Download } from 'lucide-react';
import { toast } from 'sonner';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

export interface KeptFileInfo {
  path: string;
  fileName: string;
}

/** A file that a `download` step kept, or null. */
export function keptFile(value: unknown): KeptFileInfo | null {
  if (typeof value !== 'object' || value === null) return null;
  const { file, fileName } = value as Record<string, unknown>;
  const isOurs = typeof file === 'string' && /^\/api\/[\w/-]+$/.test(file);
  return isOurs && typeof fileName === 'string' ? { path: file, fileName } : null;
}

/** A link could not send the token: the file is fetched, then handed to the browser. */
export function KeptFile({ file, api }: { file: KeptFileInfo; api: SessionApi }) {
  const save = async () => {
    try {
      const url = URL.createObjectURL(await api.picture(file.path, AbortSignal.timeout(60_000)));
      const link = Object.assign(document.createElement('a'), { href: url, download: file.fileName });
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      toast.error(sentenceFor(error));
    }
  };
  return (
    <Button size="small" onClick={save} className="max-w-full">
      <Download size={15} aria-hidden="true" className="shrink-0" />
      <span className="truncate">{file.fileName}</span>
    </Button>
  );
}
