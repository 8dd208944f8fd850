import { type RefObject, useEffect, useMemo } from 'react';
import { browserClock } from '../../lib/clock.ts';
import type { VNCConnection } from '../../lib/vnc-loader.ts';
import { needsPaste, RemoteTyping } from './remote-typing.ts';

/** Typing for this connection; keys of the local layout that a US one lacks are caught before noVNC's own handler. */
export function useRemoteTyping(
  connection: VNCConnection | null,
  target: RefObject<HTMLElement | null>,
): RemoteTyping | null {
  const typing = useMemo(
    () => (connection ? new RemoteTyping(connection.rfb, browserClock) : null),
    [connection],
  );
  useEffect(() => {
    const screen = target.current;
    if (!typing || !screen) return;
    const caught = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.getModifierState('AltGraph');
      if (!plain || [...event.key].length !== 1 || !needsPaste(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      typing.type(event.key);
    };
    screen.addEventListener('keydown', caught, { capture: true });
    return () => {
      screen.removeEventListener('keydown', caught, { capture: true });
      typing.stop();
    };
  }, [typing, target]);
  return typing;
}
