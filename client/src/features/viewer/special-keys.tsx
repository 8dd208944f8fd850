import type RFB from '@novnc/novnc';
import { Command } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { KEYSYM } from './keysyms.ts';

type Press = [keysym: number, code: string];

const ctrl: Press = [KEYSYM.control, 'ControlLeft'];
const combinations: { name: string; what: string; keys: Press[] }[] = [
  { name: 'Esc', what: 'Cancel', keys: [[KEYSYM.escape, 'Escape']] },
  { name: 'Tab', what: 'Next field', keys: [[KEYSYM.tab, 'Tab']] },
  { name: 'Ctrl L', what: 'Address bar', keys: [ctrl, [0x6c, 'KeyL']] },
  { name: 'Ctrl T', what: 'New tab', keys: [ctrl, [0x74, 'KeyT']] },
  { name: 'Ctrl W', what: 'Close tab', keys: [ctrl, [0x77, 'KeyW']] },
  { name: 'Ctrl F', what: 'Find in page', keys: [ctrl, [0x66, 'KeyF']] },
  { name: 'Ctrl C', what: 'Copy', keys: [ctrl, [0x63, 'KeyC']] },
  { name: 'Ctrl V', what: 'Paste', keys: [ctrl, [0x76, 'KeyV']] },
  {
    name: 'Alt ←',
    what: 'Back',
    keys: [
      [KEYSYM.alt, 'AltLeft'],
      [KEYSYM.left, 'ArrowLeft'],
    ],
  },
  { name: 'F5', what: 'Reload', keys: [[KEYSYM.f5, 'F5']] },
];

/** Keys that this page, its browser or a phone would keep for itself. */
export function SpecialKeys({ rfb, className }: { rfb: RFB | null; className: string }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={className} disabled={!rfb}>
        <Command size={18} aria-hidden="true" />
        <span className="max-sm:sr-only">Keys</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        side="top"
        align="start"
        sideOffset={8}
        className="z-30 max-h-[60dvh] w-60 overflow-y-auto rounded-xl border border-line bg-card p-1.5 text-ink shadow-2xl"
      >
        {combinations.map(({ name, what, keys }) => (
          <DropdownMenu.Item
            key={name}
            onSelect={() => rfb && press(rfb, keys)}
            className="flex min-h-10 cursor-pointer items-center justify-between rounded-lg px-3 text-[0.9375rem] outline-none data-highlighted:bg-green-soft"
          >
            {what}
            <kbd className="font-mono text-sm text-muted">{name}</kbd>
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

function press(rfb: RFB, keys: Press[]): void {
  for (const [keysym, code] of keys) rfb.sendKey(keysym, code, true);
  for (const [keysym, code] of keys.toReversed()) rfb.sendKey(keysym, code, false);
}
