import { useState } from 'react';
import { toast } from 'sonner';
import type { AdminSession } from '../../../../shared/admin.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useServerNow } from '../../hooks/use-server-now.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { clockWords } from '../../lib/words.ts';
import { endingWords } from '../session/ending-words.ts';
import { adminApi } from './admin-api.ts';

interface Props {
  sessions: AdminSession[];
  onChanged(): void;
}

export function SessionTable({ sessions, onChanged }: Props) {
  const nowMs = useServerNow();
  const [asking, setAsking] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const revoke = async (sessionId: string) => {
    setBusy(true);
    try {
      await adminApi.revoke(sessionId);
      setAsking(null);
      onChanged();
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };

  if (sessions.length === 0) return <p className="mt-8 text-muted">Nobody has bought a session yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="mt-6 overflow-x-auto" tabIndex={0} aria-label="All sessions">
      <table className="w-full min-w-[46rem] border-collapse text-left text-[0.9375rem]">
        <thead className="text-sm text-muted">
          <tr>
            {['Session', 'Status', 'Age', 'Time left', 'Desktop', 'In control', ''].map((name) => (
              <th key={name} scope="col" className="border-b border-line-strong px-3 py-2 font-medium">
                {name || <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="tabular">
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row" className="border-b border-line px-3 py-2 font-mono text-sm font-normal">
                {session.id}
              </th>
              <Cell>{statusWords(session)}</Cell>
              <Cell>{clockWords(nowMs - Date.parse(session.createdAt))}</Cell>
              <Cell>
                {session.status === 'ended' ? '–' : clockWords(Date.parse(session.expiresAt) - nowMs)}
              </Cell>
              <Cell>{session.desktop.status}</Cell>
              <Cell>{session.status === 'ended' ? '–' : session.control.holder}</Cell>
              <Cell>
                {session.status !== 'ended' && (
                  <Button
                    size="small"
                    aria-label={`Revoke ${session.id}`}
                    onClick={() => setAsking(session.id)}
                  >
                    Revoke
                  </Button>
                )}
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
      <ConfirmDialog
        open={asking !== null}
        busy={busy}
        title="End this session now?"
        confirm="Revoke"
        onConfirm={() => asking && revoke(asking)}
        onCancel={() => setAsking(null)}
      >
        Its buyer is told that the operator ended it. The browser and its files are deleted. Money is not
        given back by this.
      </ConfirmDialog>
    </section>
  );
}

function Cell({ children }: { children: React.ReactNode }) {
  return <td className="border-b border-line px-3 py-2">{children}</td>;
}

function statusWords({ status, endedReason, releasedAt }: AdminSession): string {
  if (status === 'awaiting-desktop') return 'starting';
  if (status === 'live') return 'live';
  const words = `ended, ${endingWords(endedReason).short}`;
  return releasedAt ? words : `${words}; being deleted`;
}
