import { Download } from 'lucide-react';
import type { ReceiptView } from '../../../../shared/receipt.ts';
import { receiptFilePath } from '../../lib/api.ts';
import { sizeWords, tookWords } from '../../lib/words.ts';
import { ResultTable } from '../tasks/result-table.tsx';
import { statusWords } from '../tasks/status-words.ts';

const section = 'mt-5 border-t-2 border-dashed border-line pt-5';

/** What the agent did, newest first, and the files that it made. */
export function ReceiptTasks({ receipt }: { receipt: ReceiptView }) {
  const { sessionId, tasks, files } = receipt;
  return (
    <>
      {tasks.map((task) => (
        <section key={task.id} className={section}>
          <h2 className="flex justify-between gap-4 font-semibold">
            <span className="min-w-0 break-words">{task.name}</span>
            <span className="shrink-0 font-normal whitespace-nowrap text-muted">
              {statusWords[task.status].text}
              {task.startedAt &&
                task.endedAt &&
                ` in ${tookWords(Date.parse(task.endedAt) - Date.parse(task.startedAt))}`}
            </span>
          </h2>
          {task.error && <p className="mt-1 text-sm break-words text-muted">{task.error.message}</p>}
          {task.result && <ResultTable result={task.result} api={null} />}
        </section>
      ))}
      {files.length > 0 && (
        <section className={section} aria-labelledby="files">
          <h2 id="files" className="font-semibold">
            Files
          </h2>
          <ul className="mt-2 space-y-1 text-[0.9375rem]">
            {files.map(({ name, fileName, bytes }) => (
              <li key={name}>
                <a
                  href={receiptFilePath(sessionId, name)}
                  download={fileName}
                  className="flex min-h-8 items-center gap-2 text-green underline underline-offset-2"
                >
                  <Download size={16} className="shrink-0" aria-hidden="true" />
                  <span className="min-w-0 grow break-all">{fileName}</span>
                  <span className="shrink-0 text-muted no-underline">{sizeWords(bytes)}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
