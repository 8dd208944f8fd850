import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../components/button.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useTitle } from '../../hooks/use-title.ts';
import { api } from '../../lib/api.ts';
import { ProblemError, sentenceFor } from '../../lib/problem-error.ts';
import { endingWords } from '../session/ending-words.ts';
import { useFragmentSecret } from './use-fragment-secret.ts';

/** Asks before it signs in: a link from somebody else would put this person into a stranger's session. */
export function RecoverPage() {
  useTitle('Continue here');
  const secret = useFragmentSecret();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const start = <LinkButton href="/">To the start</LinkButton>;

  const recover = async (given: string) => {
    setBusy(true);
    try {
      const { session } = await api.recover(given);
      navigate(`/s/${encodeURIComponent(session.id)}`, { replace: true });
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };

  if (secret === '')
    return (
      <Page>
        <Notice title="This link is incomplete." actions={start}>
          The part after the # is missing. Copy the link again, whole, or make a new one under “Devices” on
          the page of your session.
        </Notice>
      </Page>
    );
  if (failure)
    return (
      <Page>
        <Notice
          title={titleFor(failure)}
          actions={
            <>
              {mayRetry(failure) && <Button onClick={() => recover(secret)}>Try again</Button>}
              {start}
            </>
          }
        >
          {bodyFor(failure)}
        </Notice>
      </Page>
    );
  return (
    <Page>
      <Notice
        busy={busy}
        title="Open your session on this device?"
        actions={
          <Button look="primary" aria-disabled={busy} onClick={() => recover(secret)}>
            Continue here
          </Button>
        }
      >
        Go on only if you made this link yourself: whatever you do in that browser can be seen by everybody
        who has the session. If this browser is signed in to another session, it leaves that one.
      </Notice>
    </Page>
  );
}

const codeOf = (error: unknown) => (error instanceof ProblemError ? error.code : '');
const mayRetry = (error: unknown) => error instanceof ProblemError && error.mayPass;

function titleFor(error: unknown): string {
  if (codeOf(error) === 'session-ended')
    return endingWords((error as ProblemError).endedReason ?? null).title;
  if (codeOf(error) === 'link-spent') return 'This link does not work any more.';
  return 'The session cannot be opened right now.';
}

function bodyFor(error: unknown): string {
  if (codeOf(error) === 'session-ended') return endingWords((error as ProblemError).endedReason ?? null).body;
  if (codeOf(error) === 'link-spent')
    return 'It was used before, or its 15 minutes are over. Make a new one under “Devices” on the page of your session.';
  return sentenceFor(error);
}
