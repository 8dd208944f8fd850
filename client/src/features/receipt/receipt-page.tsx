import { LinkButton } from '../../components/link-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useSignedIn } from '../../hooks/use-signed-in.ts';
import { useTitle } from '../../hooks/use-title.ts';
import { SignInNotice } from '../session/sign-in-notice.tsx';
import { Receipt } from './receipt.tsx';

export function ReceiptPage({ sessionId }: { sessionId: string }) {
  useTitle('Receipt');
  const signIn = useSignedIn(sessionId);
  return (
    <Page>
      {signIn.status === 'ended' ? (
        <Receipt sessionId={sessionId} reason={signIn.reason} />
      ) : signIn.status === 'signed-in' ? (
        <Notice
          title="This session is still running."
          actions={<LinkButton href={`/s/${sessionId}`}>To the live page</LinkButton>}
        >
          Its receipt is written when it ends.
        </Notice>
      ) : (
        <SignInNotice signIn={signIn} />
      )}
    </Page>
  );
}
