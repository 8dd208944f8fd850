import type { ReactNode } from 'react';
import type { TaskView } from '../../../../shared/task.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { dateWords, tookWords } from '../../lib/words.ts';
import { endingWords } from '../session/ending-words.ts';
import { ResultTable } from '../tasks/result-table.tsx';
import { statusWords } from '../tasks/status-words.ts';

interface Props {
  sessionId: string;
  reason: string | null;
  /** ISO 8601; null when this page was opened after the end. */
  startedAt: string | null;
  /** Null when this page was opened after the end: results live in the page until they are stored. */
  tasks: TaskView[] | null;
}

/** A printed slip: how it ended, and what the agent did. */
export function Receipt({ sessionId, reason, startedAt, tasks }: Props) {
  const { title, body } = endingWords(reason);
  return (
    <article className="torn-edge mx-auto mt-6 max-w-xl rounded-t-2xl bg-card p-7 pb-12 sm:mt-10 sm:p-9 sm:pb-14">
      <h1 className="font-display text-3xl leading-tight font-bold text-balance">{title}</h1>
      <p className="mt-3 leading-relaxed text-muted">{body}</p>
      <dl className="mt-7 border-t-2 border-dashed border-line pt-5 text-[0.9375rem]">
        <Row name="Session">
          <span className="font-mono break-all">{sessionId}</span>
        </Row>
        {startedAt && (
          <Row name="Started">
            <time dateTime={startedAt}>{dateWords(startedAt)}</time>
          </Row>
        )}
        <Row name="Ended">{endingWords(reason).short}</Row>
        {tasks && <Row name="Tasks">{tasks.length === 0 ? 'none' : String(tasks.length)}</Row>}
      </dl>
      <section className="mt-5 border-t-2 border-dashed border-line pt-5" aria-labelledby="left-behind">
        <h2 id="left-behind" className="font-semibold">
          What is left of it
        </h2>
        <ul className="mt-2 space-y-1.5 text-[0.9375rem] text-muted">
          <li>Every process of the browser is stopped; nothing goes on in the background.</li>
          <li>
            Its profile, cookies, downloads and screenshots are deleted within seconds. A step that fails is
            repeated until it is done.
          </li>
          <li>This address shows no picture any more, and the sign-in to it is void.</li>
        </ul>
      </section>
      {tasks?.map((task) => (
        <section key={task.id} className="mt-5 border-t-2 border-dashed border-line pt-5">
          <h2 className="flex justify-between gap-4 font-semibold">
            {task.name}
            <span className="shrink-0 font-normal whitespace-nowrap text-muted">
              {statusWords[task.status].text}
              {task.startedAt &&
                task.endedAt &&
                ` in ${tookWords(Date.parse(task.endedAt) - Date.parse(task.startedAt))}`}
            </span>
          </h2>
          {task.result && <ResultTable result={task.result} api={null} />}
        </section>
      ))}
      <div className="mt-8 flex flex-wrap gap-3">
        <LinkButton href="/">Start another</LinkButton>
      </div>
    </article>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-6 py-1.5">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
