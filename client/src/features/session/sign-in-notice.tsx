import { Button } from '../../components/button.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Notice } from '../../components/notice.tsx';
import type { SignIn } from '../../hooks/use-signed-in.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

type Props = { signIn: Exclude<SignIn, { status: 'signed-in' | 'ended' }> & { retry(): void } };

/** Before a session can be shown: finding out, not signed in, or no answer. */
export function SignInNotice({ signIn }: Props) {
  switch (signIn.status) {
    case 'loading':
      return (
        <Notice title="Opening your session…" busy>
          Signing in with the key that this browser keeps.
        </Notice>
      );
    case 'signed-out':
      return (
        <Notice
          title="This browser is not signed in to that session."
          actions={<LinkButton href="/">To the start</LinkButton>}
        >
          Go back to the browser that paid and open this same address there. To come here too, make a link
          there under “Devices”. In a private window the key is lost when the window closes.
        </Notice>
      );
    case 'failed':
      return (
        <Notice
          title="Your session cannot be opened right now."
          actions={<Button onClick={signIn.retry}>Try again</Button>}
        >
          {sentenceFor(signIn.error)} The browser itself keeps running meanwhile.
        </Notice>
      );
  }
}
