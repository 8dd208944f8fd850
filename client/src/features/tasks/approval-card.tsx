import { ShieldQuestion } from 'lucide-react';
import { useId, useState } from 'react';
import { toast } from 'sonner';
import type { ApprovalDecision, ApprovalView } from '../../../../shared/approval.ts';
import { Button } from '../../components/button.tsx';
import { useServerNow } from '../../hooks/use-server-now.ts';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { clockWords } from '../../lib/words.ts';
import { approvalWords } from './approval-words.ts';

interface Props {
  taskId: string;
  approval: ApprovalView;
  api: SessionApi;
}

/** Asks the owner, in the words of the page itself and not of the agent. [AGT-5] */
export function ApprovalCard({ taskId, approval, api }: Props) {
  const [answering, setAnswering] = useState(false);
  const titleId = useId();
  const { id, kind, target, origin, sendsTo, fields, expiresAt } = approval;

  const answer = async (decision: ApprovalDecision) => {
    setAnswering(true);
    try {
      await api.decide(taskId, id, decision); // the event that follows takes the card away
    } catch (error) {
      toast.error(sentenceFor(error));
      setAnswering(false);
    }
  };

  return (
    <section
      aria-labelledby={titleId}
      className="mt-3 rounded-lg border-2 border-gold bg-paper p-3.5 text-sm"
    >
      <div role="status">
        <p id={titleId} className="flex items-start gap-2 font-semibold">
          <ShieldQuestion size={18} aria-hidden="true" className="mt-0.5 shrink-0 text-gold" />
          {approvalWords[kind]}
        </p>
      </div>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
        <Row term="Uses">{target}</Row>
        <Row term="On">{origin}</Row>
        {sendsTo && sendsTo !== origin && <Row term="Leads to">{sendsTo}</Row>}
        {fields.map(({ label, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a form may have two fields of one name
          <Row key={index} term={label || 'Field'}>
            {value}
          </Row>
        ))}
      </dl>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button size="small" look="primary" aria-disabled={answering} onClick={() => answer('approve')}>
          Approve
        </Button>
        <Button size="small" aria-disabled={answering} onClick={() => answer('refuse')}>
          Refuse
        </Button>
        <TimeLeft expiresAt={expiresAt} />
      </div>
    </section>
  );
}

function Row({ term, children }: { term: string; children: string }) {
  return (
    <>
      <dt className="text-muted">{term}</dt>
      <dd className="font-medium break-words">{children}</dd>
    </>
  );
}

function TimeLeft({ expiresAt }: { expiresAt: string }) {
  const leftMs = Date.parse(expiresAt) - useServerNow();
  return (
    <span className="tabular ml-auto text-muted">
      Refused in <time dateTime={expiresAt}>{clockWords(leftMs).slice(3)}</time>
    </span>
  );
}
