import type RFB from '@novnc/novnc';
import { Keyboard, Maximize, Minimize } from 'lucide-react';
import { type RefObject, useSyncExternalStore } from 'react';
import type { Clipboard } from '../../hooks/use-clipboard.ts';
import type { LiveSession } from '../../hooks/use-live-session.ts';
import type { SessionApi } from '../../lib/api.ts';
import { ClipboardPopover } from './clipboard-popover.tsx';
import { ControlSwitch } from './control-switch.tsx';
import { SpecialKeys } from './special-keys.tsx';

interface Props {
  live: LiveSession;
  api: SessionApi;
  rfb: RFB | null;
  region: RefObject<HTMLElement | null>;
  clipboard: Clipboard;
  typing: boolean;
  onTyping(): void;
}

const tool =
  'inline-flex min-h-9 min-w-9 items-center justify-center gap-1.5 rounded-lg px-2.5 text-sm font-medium text-[#dfe8e0] transition-colors hover:bg-white/12 disabled:opacity-50 aria-pressed:bg-white/15';

export function Toolbar({ live, api, rfb, region, clipboard, typing, onTyping }: Props) {
  const full = useSyncExternalStore(onFullscreen, () => document.fullscreenElement !== null);
  const toggle = () => (full ? document.exitFullscreen() : region.current?.requestFullscreen());
  return (
    <div
      role="toolbar"
      aria-label="Browser tools"
      className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-1 px-2 py-1.5 sm:px-3"
    >
      <ControlSwitch live={live} api={api} />
      <div className="flex items-center">
        <SpecialKeys rfb={rfb} className={tool} />
        <ClipboardPopover clipboard={clipboard} className={tool} />
        <button type="button" className={tool} aria-pressed={typing} disabled={!rfb} onClick={onTyping}>
          <Keyboard size={18} aria-hidden="true" />
          <span className="max-sm:sr-only">Text field</span>
        </button>
        {document.fullscreenEnabled && (
          <button type="button" className={tool} onClick={toggle}>
            {full ? <Minimize size={18} aria-hidden="true" /> : <Maximize size={18} aria-hidden="true" />}
            <span className="max-sm:sr-only">{full ? 'Leave full screen' : 'Full screen'}</span>
          </button>
        )}
      </div>
    </div>
  );
}

function onFullscreen(changed: () => void): () => void {
  document.addEventListener('fullscreenchange', changed);
  return () => document.removeEventListener('fullscreenchange', changed);
}
