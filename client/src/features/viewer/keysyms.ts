/** X11 keysyms that a touch keyboard has no key for. */
export const KEYSYM = {
  backspace: 0xff08,
  tab: 0xff09,
  enter: 0xff0d,
  escape: 0xff1b,
  left: 0xff51,
  up: 0xff52,
  right: 0xff53,
  down: 0xff54,
  f5: 0xffc2,
  control: 0xffe3,
  alt: 0xffe9,
  super: 0xffeb,
} as const;

/** Latin-1 is itself; everything else is Unicode with the prefix that X11 reserves for it. */
export function keysymsFor(text: string): number[] {
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    if (character === '\n') return KEYSYM.enter;
    if (character === '\t') return KEYSYM.tab;
    return (point >= 0x20 && point <= 0x7e) || (point >= 0xa0 && point <= 0xff) ? point : 0x01000000 + point;
  });
}
