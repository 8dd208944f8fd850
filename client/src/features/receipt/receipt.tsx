import type { ReactNode } from 'react';
import type { ReceiptView } from '../../../../shared/receipt.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { dateWords, priceWords } from '../../lib/words.ts';
import { endingWords } from '../session/ending-words.ts';
import { KeptUntil } from './kept-until.tsx';
import { ReceiptTasks } from './receipt-tasks.tsx';
import { useReceipt } from './use-receipt.ts';

const refundWords = { none: '', 'on-its-way': ', refund on its way', returned: ', refunded' };

/** A printed slip: how it ended, what it cost, what the agent did, and that nothing is left. [SES-9] */
export function Receipt({ sessionId, reason }: { sessionId: string; reason: string | null }) {
  const { receipt, problem, forgetting, forget } = useReceipt(sessionId);
  const { title, body, short } = endingWords(receipt?.endedReason ?? reason);
  return (
    <article className="torn-edge mx-auto mt-6 max-w-xl rounded-t-2xl bg-card p-7 pb-12 sm:mt-10 sm:p-9 sm:pb-14">
      <h1 className="font-display text-3xl leading-tight font-bold text-balance">{title}</h1>
      <p className="mt-3 leading-relaxed text-muted">{body}</p>
      <dl className="mt-7 border-t-2 border-dashed border-line pt-5 text-[0.9375rem]">
        <Row name="Session">
          <span className="font-mono break-all">{sessionId}</span>
        </Row>
        <Row name="Started">{receipt && <Time at={receipt.createdAt} />}</Row>
        <Row name="Ended">
          {receipt && (
            <>
              <Time at={receipt.endedAt} />,{' '}
            </>
          )}
          {short}
        </Row>
        <Row name="Paid">{receipt?.payments.map(paidWords).join('; ')}</Row>
      </dl>
      <section className="mt-5 border-t-2 border-dashed border-line pt-5" aria-labelledby="left-behind">
        <h2 id="left-behind" className="font-semibold">
          What is left of the browser
        </h2>
        <Remains receipt={receipt} problem={problem} />
      </section>
      {receipt && <ReceiptTasks receipt={receipt} />}
      {receipt && <KeptUntil receipt={receipt} busy={forgetting} onForget={forget} />}
      <div className="mt-8 flex flex-wrap gap-3">
        <LinkButton href="/">Start another</LinkButton>
      </div>
    </article>
  );
}

function Remains({ receipt, problem }: { receipt: ReceiptView | undefined; problem: string | null }) {
  const deletion = receipt?.deletion;
  return (
    <>
      <dl className="mt-1 text-[0.9375rem]" aria-busy={!deletion && !problem}>
        <Row name="Processes">{deletion ? deletion.processes : problem ? 'none' : 'ending…'}</Row>
        <Row name="Files: profile, cookies, downloads">
          {deletion ? deletion.files : problem ? 'none' : 'being deleted…'}
        </Row>
        {deletion && (
          <Row name="Counted">
            <Time at={deletion.at} />
          </Row>
        )}
      </dl>
      <p className="mt-2 text-[0.9375rem] text-muted">
        {problem ?? 'This address shows no picture any more, and every sign-in to it is void.'}
      </p>
    </>
  );
}

function paidWords({ amountCents, currency, refund }: ReceiptView['payments'][number]): string {
  return priceWords(amountCents, currency) + refundWords[refund];
}

function Time({ at }: { at: string }) {
  return <time dateTime={at}>{dateWords(at)}</time>;
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-8 justify-between gap-6 py-1">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
