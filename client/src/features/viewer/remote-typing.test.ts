import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/testing/fake-clock.ts';
import { RemoteTyping } from './remote-typing.ts';

function rig() {
  const done: string[] = [];
  const clock = new FakeClock();
  const typing = new RemoteTyping(
    {
      sendKey: (keysym, _code, down) => {
        const name = keysym === 0xffe3 ? 'Control' : String.fromCodePoint(keysym);
        done.push(down === undefined ? name : `${name} ${down ? 'down' : 'up'}`);
      },
      clipboardPasteFrom: (text) => done.push(`clipboard: ${text}`),
    },
    clock,
  );
  return { done, clock, typing };
}

const paste = (text: string) => [`clipboard: ${text}`, 'Control down', 'v', 'Control up'];

describe('RemoteTyping', () => {
  it('[VNC-5] types what a US keyboard has, and pastes the rest', async () => {
    const { done, clock, typing } = rig();
    typing.type('a_+@#{}|');
    expect(done.splice(0)).toEqual([...'a_+@#{}|']);
    typing.type('ü漢字🙂');
    expect(done).toEqual(paste('ü漢字🙂'));
    await clock.advance(1_000);
    expect(clock.pending).toBe(0);
  });

  it('[VNC-5] keeps the order, and lets no paste overtake the one before', async () => {
    const { done, clock, typing } = rig();
    typing.type('é');
    typing.type('x');
    typing.type('ß');
    expect(done.splice(0)).toEqual(paste('é'));
    await clock.advance(200);
    expect(done.splice(0)).toEqual(paste('xß'));
    typing.type('y');
    await clock.advance(200);
    expect(done).toEqual(['y']);
  });

  it('types nothing after it was stopped', async () => {
    const { done, clock, typing } = rig();
    typing.type('é');
    typing.type('x');
    typing.stop();
    await clock.advance(1_000);
    expect(done).toEqual(paste('é'));
    expect(clock.pending).toBe(0);
  });
});
