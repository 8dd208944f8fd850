import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

/** Leads to the Checkout of another day, which comes back here. [SES-3] */
export function ExtendButton({ api }: { api: SessionApi }) {
  const [busy, setBusy] = useState(false);

  const extend = async () => {
    setBusy(true);
    try {
      window.location.assign((await api.extend()).checkoutUrl);
    } catch (error) {
      setBusy(false);
      toast.error(sentenceFor(error));
    }
  };

  return (
    <Button size="small" aria-disabled={busy} onClick={extend}>
      Add 24 hours
    </Button>
  );
}
