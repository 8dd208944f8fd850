import { Bot, Hand } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../../components/button.tsx';
import type { LiveSession } from '../../hooks/use-live-session.ts';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

/** Who acts in the browser, and the one button that changes it. [AGT-4] */
export function ControlSwitch({ live, api }: { live: LiveSession; api: SessionApi }) {
  const [busy, setBusy] = useState(false);
  const mine = live.session.control.holder === 'human';
  const Icon = mine ? Hand : Bot;

  const change = async () => {
    setBusy(true);
    try {
      live.noteControl(await api.setControl(mine ? 'agent' : 'human'));
    } catch (error) {
      live.hint();
      toast.error(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="flex items-center gap-2">
      <span
        role="status"
        className={`inline-flex items-center gap-2 text-sm font-medium whitespace-nowrap ${mine ? 'text-[#f0c97a]' : 'text-[#7edba8]'}`}
      >
        <Icon size={18} aria-hidden="true" />
        <span className="max-sm:sr-only">{mine ? 'You have control' : 'Agent has control'}</span>
      </span>
      <Button
        look="stage"
        size="small"
        className="border border-white/35"
        aria-disabled={busy}
        onClick={change}
      >
        {mine ? 'Give to agent' : 'Take control'}
      </Button>
    </div>
  );
}
