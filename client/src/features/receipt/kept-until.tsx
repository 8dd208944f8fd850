import { useState } from 'react';
import type { ReceiptView } from '../../../../shared/receipt.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { dateWords } from '../../lib/words.ts';

interface Props {
  receipt: ReceiptView;
  busy: boolean;
  onForget(): Promise<void>;
}

/** How long results and files stay here, and the way to be rid of them sooner. */
export function KeptUntil({ receipt, busy, onForget }: Props) {
  const [asking, setAsking] = useState(false);
  const { tasks, files, keptUntil } = receipt;
  if (tasks.length + files.length === 0) return null;
  return (
    <section className="mt-5 border-t-2 border-dashed border-line pt-5">
      <p className="text-[0.9375rem] text-muted">
        Tasks, results and files are kept until <time dateTime={keptUntil}>{dateWords(keptUntil)}</time>, for
        the browsers that had this session.
      </p>
      <Button size="small" className="mt-3" onClick={() => setAsking(true)}>
        Delete them now
      </Button>
      <ConfirmDialog
        open={asking}
        busy={busy}
        title="Delete tasks, results and files?"
        confirm="Delete"
        onConfirm={async () => {
          await onForget();
          setAsking(false);
        }}
        onCancel={() => setAsking(false)}
      >
        They cannot be brought back. When and how the session ended stays here.
      </ConfirmDialog>
    </section>
  );
}
