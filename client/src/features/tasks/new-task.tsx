import { useState } from 'react';
import type { TaskView } from '../../../../shared/task.ts';
import { useOffer } from '../../hooks/use-offer.ts';
import type { SessionApi } from '../../lib/api.ts';
import { Composer } from './composer.tsx';
import { InstructionBox } from './instruction-box.tsx';

interface Props {
  sessionId: string;
  api: SessionApi;
  onCreated(task: TaskView): void;
  onCall(): void;
}

/** In words where the server has a language model; else, and besides, step by step. */
export function NewTask(props: Props) {
  const offer = useOffer();
  const [bySteps, setBySteps] = useState(false);
  // Until it is known which form comes first there is none: nothing may jump.
  if (offer.isPending) return <div className="min-h-72" />;
  if (!offer.data?.instructions)
    return (
      <>
        <Composer {...props} />
        {offer.data && (
          <p className="border-b border-line px-4 py-3 text-sm leading-snug text-muted sm:px-5">
            This server has no language model, so the agent takes steps and no tasks in words.
          </p>
        )}
      </>
    );
  return (
    <>
      <InstructionBox {...props} />
      <details
        open={bySteps}
        onToggle={(event) => setBySteps(event.currentTarget.open)}
        className="border-b border-line"
      >
        <summary className="px-4 py-3 text-sm font-medium sm:px-5">Or give it the steps yourself</summary>
        {bySteps && <Composer {...props} />}
      </details>
    </>
  );
}
