import { Page } from '../../components/page.tsx';
import { RegionBoundary } from '../../components/region-boundary.tsx';
import { useLiveSession } from '../../hooks/use-live-session.ts';
import type { SignedInSession } from '../../hooks/use-signed-in.ts';
import { Receipt } from '../receipt/receipt.tsx';
import { TaskPanel } from '../tasks/task-panel.tsx';
import { Viewer } from '../viewer/viewer.tsx';
import { LinkEnded } from './link-ended.tsx';
import { endOf } from './session-end.ts';
import { SessionHeader } from './session-header.tsx';
import { SignInNotice } from './sign-in-notice.tsx';

/** The picture and the tasks of one session; when it ends, what is left of it. */
export function LivePage({ signedIn }: { signedIn: SignedInSession }) {
  const live = useLiveSession(signedIn);
  const { session, link, tasks } = live;
  const end = endOf(session, link);
  if (end?.kind === 'signed-out')
    return (
      <Page>
        <SignInNotice signIn={{ status: 'signed-out', retry: () => window.location.reload() }} />
      </Page>
    );
  if (end)
    return (
      <Page>
        <Receipt sessionId={session.id} reason={end.reason} />
      </Page>
    );
  return (
    <div data-fills-window className="flex min-h-dvh flex-col lg:h-dvh lg:overflow-hidden">
      <RegionBoundary region="The header">
        <SessionHeader session={session} link={link} api={signedIn.api} />
      </RegionBoundary>
      <LinkEnded link={link} />
      <main className="relative grid min-h-0 grow grid-cols-[minmax(0,1fr)] content-start lg:grid-cols-[minmax(0,1fr)_25rem] lg:content-stretch">
        <h1 className="sr-only">Your live browser</h1>
        <RegionBoundary region="The picture">
          <Viewer live={live} api={signedIn.api} />
        </RegionBoundary>
        <RegionBoundary region="The task panel">
          <TaskPanel sessionId={session.id} status={tasks} api={signedIn.api} onCall={live.hint} />
        </RegionBoundary>
      </main>
    </div>
  );
}
