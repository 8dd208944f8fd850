import type { KeyboardEvent, RefObject } from 'react';

interface Props {
  /** Where the stream puts its canvas. */
  target: RefObject<HTMLDivElement | null>;
  /** Describes the way in and out. */
  hintId: string;
  /** True while keys go to the remote browser. */
  onCaptured(captured: boolean): void;
  onLeave(): void;
}

/** A Tab stop of its own: Enter hands the keyboard to the remote browser, Shift+F6 takes it back. [UI-4] */
export function RemoteScreen({ target, hintId, onCaptured, onLeave }: Props) {
  const enter = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
    event.preventDefault();
    event.currentTarget.querySelector('canvas')?.focus();
  };
  const leave = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'F6' || !event.shiftKey || event.target === event.currentTarget) return;
    event.preventDefault();
    event.stopPropagation(); // before noVNC sends it
    onLeave();
  };
  return (
    <div
      ref={target}
      role="application"
      aria-label="Remote screen"
      aria-describedby={hintId}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard
      tabIndex={0}
      onKeyDownCapture={leave}
      onKeyDown={enter}
      onFocus={({ target: focused, currentTarget }) => onCaptured(focused !== currentTarget)}
      onBlur={() => {
        onCaptured(false);
        window.dispatchEvent(new Event('blur')); // makes noVNC let go of keys that are still down there
      }}
      className="absolute inset-0 focus-visible:outline-offset-[-4px]"
    />
  );
}
