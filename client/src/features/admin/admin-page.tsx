import { useQuery } from '@tanstack/react-query';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useTitle } from '../../hooks/use-title.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { adminApi } from './admin-api.ts';
import { AdminLogin } from './admin-login.tsx';
import { OverviewView } from './overview.tsx';

/** The operator's page: sign in, then every session. [AUTH-10] */
export function AdminPage() {
  useTitle('Operator');
  const signIn = useQuery({
    queryKey: ['admin', 'sign-in'],
    queryFn: ({ signal }) => adminApi.signIn(signal),
  });
  const again = () => void signIn.refetch();
  if (signIn.data?.signedIn)
    return (
      <Page wide>
        <OverviewView onSignedOut={again} />
      </Page>
    );
  return (
    <Page>
      {signIn.data?.configured ? (
        <AdminLogin onSignedIn={again} />
      ) : signIn.data ? (
        <Notice title="This server has no operator password.">
          Run <code className="font-mono text-ink">npm run hash-password</code> on it, put the line that it
          prints into <code className="font-mono text-ink">.env</code>, and restart the server.
        </Notice>
      ) : signIn.error ? (
        <Notice title="The server does not answer." actions={<Button onClick={again}>Try again</Button>}>
          {sentenceFor(signIn.error)}
        </Notice>
      ) : (
        <Notice title="One moment…" busy>
          Asking who you are.
        </Notice>
      )}
    </Page>
  );
}
