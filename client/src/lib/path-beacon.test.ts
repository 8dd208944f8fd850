import { describe, expect, it, vi } from 'vitest';
import { PathBeacon } from './path-beacon.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { linkRig } from './testing/link-rig.ts';

/** A network in a test's hands: a question is answered at once, or lost. */
function beaconRig() {
  const clock = new FakeClock();
  const network = { dead: false, asked: 0 };
  const ask = (signal: AbortSignal) => {
    network.asked++;
    if (!network.dead) return Promise.resolve();
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const beacon = new PathBeacon(ask, clock);
  const link = () => ({ suspected: vi.fn(), alive: vi.fn() });
  return { clock, network, beacon, link };
}

describe('PathBeacon', () => {
  it('[RT-5] asks only while a link is without an answer, and warns the others', async () => {
    const { clock, network, beacon, link } = beaconRig();
    const [picture, control] = [link(), link()];
    beacon.listen(picture);
    const leave = beacon.listen(control);
    await clock.advance(10_000);
    expect(network.asked).toBe(0);
    beacon.suspect(control);
    expect(picture.suspected).toHaveBeenCalledOnce();
    expect(control.suspected).not.toHaveBeenCalled();
    await clock.advance(1_000);
    expect(network.asked).toBe(5);
    leave();
    await clock.advance(10_000);
    expect(network.asked).toBe(5);
    expect(clock.pending).toBe(0);
  });

  it('[RT-5] tells every link within a third of a second that the path is back, once', async () => {
    const { clock, network, beacon, link } = beaconRig();
    const [picture, control] = [link(), link()];
    beacon.listen(picture);
    beacon.listen(control);
    network.dead = true;
    beacon.suspect(picture);
    const { recovery } = beacon;
    await clock.advance(20_000);
    expect(picture.alive).not.toHaveBeenCalled();
    network.dead = false;
    await clock.advance(300);
    expect(picture.alive).toHaveBeenCalledOnce();
    expect(control.alive).toHaveBeenCalledOnce();
    expect(recovery.aborted).toBe(true);
    expect(beacon.recovery.aborted).toBe(false);
    await clock.advance(5_000);
    expect(control.alive).toHaveBeenCalledOnce();
    beacon.settled(picture);
    expect(clock.pending).toBe(0);
  });

  it('[RT-5] an answer that overtakes an earlier question shows that the path had been dead', async () => {
    const { clock, network, beacon, link } = beaconRig();
    const picture = link();
    beacon.listen(picture);
    network.dead = true;
    beacon.suspect(picture);
    await clock.advance(100);
    network.dead = false;
    await clock.advance(250);
    expect(picture.alive).toHaveBeenCalledOnce();
  });

  it('[RT-5] an attempt that was begun on a dead path is begun anew when the path is back', async () => {
    const { clock, network, beacon } = beaconRig();
    const { client, sockets, clock: linkClock, goLive } = linkRig({ beacon });
    client.connect();
    await goLive();
    network.dead = true;
    client.hint();
    await linkClock.advance(5_000); // the probe is not answered
    expect(client.state.status).toBe('waiting');
    await linkClock.advance(1_000);
    expect(sockets).toHaveLength(2);
    await clock.advance(2_000);
    network.dead = false;
    await clock.advance(400);
    await linkClock.advance(0);
    expect(sockets).toHaveLength(3);
    await goLive();
    expect(client.state.status).toBe('live');
    const asked = network.asked;
    await clock.advance(5_000);
    expect(network.asked).toBe(asked);
  });
});
