const CHANNEL = 'signed-out';

/** Every tab of this browser hears it, this one included. [AUTH-9] */
export function announceSignOut(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

export function onSignOut(signedOut: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = signedOut;
  return () => channel.close();
}
