import { ClipboardCopy } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useId, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../../components/button.tsx';
import type { Clipboard } from '../../hooks/use-clipboard.ts';
import { writeClipboard } from '../../lib/browser.ts';

/** For browsers that let no page touch the clipboard without a click. */
export function ClipboardPopover({ clipboard, className }: { clipboard: Clipboard; className: string }) {
  const [text, setText] = useState('');
  const outId = useId();
  const inId = useId();
  const waiting = clipboard.remote !== null && !clipboard.synced;

  const copy = async () => {
    if (await writeClipboard(clipboard.remote ?? '')) toast.success('Copied.');
    else toast.error('This browser does not let the page copy. Select the text and copy it yourself.');
  };
  const send = () => {
    clipboard.send(text);
    toast.success('In the remote clipboard. Paste it there with Ctrl V.');
  };

  return (
    <Popover.Root>
      <Popover.Trigger className={className}>
        <span className="relative">
          <ClipboardCopy size={18} aria-hidden="true" />
          {waiting && <span className="absolute -top-1 -right-1 size-2 rounded-full bg-[#e8b955]" />}
        </span>
        <span className="max-sm:sr-only">
          Clipboard{waiting && <span className="sr-only"> has new text</span>}
        </span>
      </Popover.Trigger>
      <Popover.Content
        side="top"
        align="start"
        sideOffset={8}
        aria-label="Clipboard"
        className="z-30 w-[min(22rem,calc(100vw-1.5rem))] rounded-xl border border-line bg-card p-4 text-ink shadow-2xl"
      >
        <label htmlFor={outId} className="text-sm font-semibold">
          Copied in the remote browser
        </label>
        <textarea
          id={outId}
          readOnly
          rows={2}
          value={clipboard.remote ?? ''}
          placeholder="Nothing yet"
          className="mt-1.5 block w-full resize-none rounded-md border border-line-strong bg-paper p-2 font-mono text-sm placeholder:text-muted"
        />
        <Button size="small" className="mt-2" aria-disabled={!clipboard.remote} onClick={copy}>
          Copy here
        </Button>
        <label htmlFor={inId} className="mt-4 block text-sm font-semibold">
          Send text to it
        </label>
        <textarea
          id={inId}
          rows={2}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="mt-1.5 block w-full resize-none rounded-md border border-line-strong bg-paper p-2 font-mono text-sm"
        />
        <Button size="small" className="mt-2" aria-disabled={text === ''} onClick={send}>
          Put in its clipboard
        </Button>
      </Popover.Content>
    </Popover.Root>
  );
}
