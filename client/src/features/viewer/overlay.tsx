import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import type { Overlay as Words } from './overlay-words.ts';

interface Props {
  words: Words;
  onRetryNow(): void;
  onUseHere(): void;
}

export function Overlay({ words, onRetryNow, onUseHere }: Props) {
  const { title, body, busy, action, retryInMs } = words;
  return (
    <div
      role="status"
      className="absolute inset-0 z-10 flex flex-col items-center justify-center bg-[#0b0f0d]/78 p-6 text-center text-[#eef4ee]"
    >
      {busy && (
        <div className="mb-5 h-1 w-24 overflow-hidden rounded-full bg-white/15" aria-hidden="true">
          <div className="h-full w-1/2 motion-safe:animate-[slide_1.4s_ease-in-out_infinite] rounded-full bg-[#5ccb8e]" />
        </div>
      )}
      <p className="font-display text-lg font-bold text-balance sm:text-2xl">{title}</p>
      <p className="mt-1.5 max-w-md text-sm leading-relaxed text-[#b9c6bd] sm:text-base">{body}</p>
      {action === 'retry-now' && (
        <Button look="stage" size="small" className="mt-4 border border-white/30" onClick={onRetryNow}>
          Try now <Seconds key={retryInMs} fromMs={retryInMs ?? 0} />
        </Button>
      )}
      {action === 'use-here' && (
        <Button look="stage" size="small" className="mt-4 border border-white/30" onClick={onUseHere}>
          Show it here
        </Button>
      )}
    </div>
  );
}

function Seconds({ fromMs }: { fromMs: number }) {
  const [leftMs, setLeftMs] = useState(fromMs);
  useEffect(() => {
    const untilMs = Date.now() + fromMs;
    const timer = window.setInterval(() => setLeftMs(Math.max(0, untilMs - Date.now())), 250);
    return () => window.clearInterval(timer);
  }, [fromMs]);
  if (fromMs < 1_500) return null;
  return (
    <span aria-hidden="true" className="tabular text-[#b9c6bd]">
      {Math.ceil(leftMs / 1_000)} s
    </span>
  );
}
