import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

/** Leads to the Checkout of another day, which comes back here. [SES-3] */
export function ExtendButton({ api, className = '' }: { api: SessionApi; className?: string }) {
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
    <Button
      size="small"
      className={className}
      aria-label="Add 24 hours"
      aria-disabled={busy}
      onClick={extend}
    >
      <span className="max-sm:hidden">Add 24 hours</span>
      <span className="sm:hidden">+24 h</span>
    </Button>
  );
}
