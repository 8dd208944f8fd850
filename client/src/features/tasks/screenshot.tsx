import { useEffect, useState } from 'react';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

type Picture =
  | { status: 'loading' }
  | { status: 'shown'; url: string }
  | { status: 'failed'; sentence: string };

export function Screenshot({ name, path, api }: { name: string; path: string; api: SessionApi }) {
  const [picture, setPicture] = useState<Picture>({ status: 'loading' });

  useEffect(() => {
    const stop = new AbortController();
    let url: string | null = null;
    api.picture(path, stop.signal).then(
      (blob) => {
        if (stop.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setPicture({ status: 'shown', url });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setPicture({ status: 'failed', sentence: sentenceFor(error) });
      },
    );
    return () => {
      stop.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [api, path]);

  if (picture.status === 'failed') return <span className="text-red">{picture.sentence}</span>;
  const frame = 'block aspect-video w-full rounded border border-line bg-paper object-cover object-top';
  if (picture.status === 'loading') return <span className={frame} />;
  return (
    <a href={picture.url} download={`${name}.png`} title="Save this screenshot">
      <img src={picture.url} alt={`What the agent saw: ${name}`} className={frame} />
    </a>
  );
}
