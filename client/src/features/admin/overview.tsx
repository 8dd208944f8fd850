import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { toast } from 'sonner';
import type { AdminHealth } from '../../../../shared/admin.ts';
import { Button } from '../../components/button.tsx';
import { ProblemError, sentenceFor } from '../../lib/problem-error.ts';
import { adminApi } from './admin-api.ts';
import { SessionTable } from './session-table.tsx';

const REFRESH_MS = 3_000;

export function OverviewView({ onSignedOut }: { onSignedOut(): void }) {
  const overview = useQuery({
    queryKey: ['admin', 'overview'],
    queryFn: ({ signal }) => adminApi.overview(signal),
    refetchInterval: REFRESH_MS,
  });
  const signedOut = overview.error instanceof ProblemError && overview.error.status === 401;
  useEffect(() => {
    if (signedOut) onSignedOut();
  }, [signedOut, onSignedOut]);

  const signOut = async () => {
    try {
      await adminApi.logout();
      onSignedOut();
    } catch (error) {
      toast.error(sentenceFor(error));
    }
  };

  return (
    <>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-display text-2xl font-bold sm:text-3xl">Sessions</h1>
        <Button size="small" onClick={signOut}>
          Sign out
        </Button>
      </div>
      <p role="status" className="mt-1 min-h-6 text-sm text-red">
        {overview.error && !signedOut ? `This is not up to date: ${sentenceFor(overview.error)}` : ''}
      </p>
      {overview.data && (
        <>
          <Figures health={overview.data.health} />
          <SessionTable sessions={overview.data.sessions} onChanged={() => void overview.refetch()} />
        </>
      )}
    </>
  );
}

function Figures({ health }: { health: AdminHealth }) {
  const figures = [
    ['Live', health.sessions.live],
    ['Starting', health.sessions.awaitingDesktop],
    ['Being ended', health.sessions.ending],
    ['Warm desktops', health.warmDesktops],
    ['Payments', health.testPayments ? 'test' : 'real'],
    ['Server up since', new Date(health.startedAt).toLocaleString()],
    ['Release', health.release],
  ] as const;
  return (
    <dl className="mt-3 flex flex-wrap gap-x-8 gap-y-3 rounded-2xl border border-line bg-card px-6 py-4">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt className="text-sm text-muted">{name}</dt>
          <dd className="tabular font-mono font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
