import type RFB from '@novnc/novnc';
import { X } from 'lucide-react';
import { type FormEvent, useEffect, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { KEYSYM } from './keysyms.ts';
import type { RemoteTyping } from './remote-typing.ts';

/** A phone sends Backspace only when there is something to delete. */
const SENTINEL = '\u200b';

interface Props {
  rfb: RFB;
  typing: RemoteTyping;
  onClose(): void;
}

/** Brings up the touch keyboard, and takes dead keys and IME, which a canvas cannot. [VNC-5] */
export function TextEntry({ rfb, typing, onClose }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  const flush = (element: HTMLTextAreaElement) => {
    const typed = element.value.replaceAll(SENTINEL, '');
    if (typed !== '') typing.type(typed);
    else if (!element.value.includes(SENTINEL)) rfb.sendKey(KEYSYM.backspace, 'Backspace');
    element.value = SENTINEL;
  };
  const input = (event: FormEvent<HTMLTextAreaElement>) => {
    if (!(event.nativeEvent as InputEvent).isComposing) flush(event.currentTarget);
  };

  return (
    <div className="flex items-center gap-2 bg-[#18201b] px-3 py-2">
      <textarea
        ref={field}
        rows={1}
        defaultValue={SENTINEL}
        aria-label="Type into the remote browser"
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        onInput={input}
        onCompositionEnd={(event) => flush(event.currentTarget)}
        onKeyDown={(event) => {
          const keysym = arrows[event.key];
          if (!keysym) return;
          event.preventDefault();
          rfb.sendKey(keysym, event.code || null);
        }}
        className="min-h-10 min-w-0 grow resize-none rounded-md border border-[#5f7066] bg-[#0f1512] px-3 py-2 text-base text-[#eef4ee]"
      />
      <Button look="stage" size="small" aria-label="Close the text field" onClick={onClose}>
        <X size={18} aria-hidden="true" />
      </Button>
    </div>
  );
}

const arrows: Record<string, number | undefined> = {
  ArrowLeft: KEYSYM.left,
  ArrowRight: KEYSYM.right,
  ArrowUp: KEYSYM.up,
  ArrowDown: KEYSYM.down,
  Tab: KEYSYM.tab,
  Escape: KEYSYM.escape,
};
