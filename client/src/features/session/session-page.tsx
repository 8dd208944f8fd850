import { Page } from '../../components/page.tsx';
import { useOffer } from '../../hooks/use-offer.ts';
import { useSignedIn } from '../../hooks/use-signed-in.ts';
import { useTitle } from '../../hooks/use-title.ts';
import { loadVNC } from '../../lib/vnc-loader.ts';
import { Receipt } from '../receipt/receipt.tsx';
import { LivePage } from './live-page.tsx';
import { SignInNotice } from './sign-in-notice.tsx';

// A chunk of its own, fetched beside this one instead of after the sign-in. [PERF-5]
loadVNC().catch(() => undefined);

export function SessionPage({ sessionId }: { sessionId: string }) {
  useTitle('Live session');
  useOffer(); // asked beside the sign-in: the task panel waits for it
  const signIn = useSignedIn(sessionId);
  if (signIn.status === 'signed-in') return <LivePage signedIn={signIn.signedIn} />;
  return (
    <Page>
      {signIn.status === 'ended' ? (
        <Receipt sessionId={sessionId} reason={signIn.reason} />
      ) : (
        <SignInNotice signIn={signIn} />
      )}
    </Page>
  );
}
