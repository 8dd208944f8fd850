import type { ReactNode } from 'react';

interface Props {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  /** Work is under way: says so to the eye. */
  busy?: boolean;
}

/** One state of a whole page: what is so, and what to do next. [UI-2] */
export function Notice({ title, children, actions, busy = false }: Props) {
  return (
    <section className="mt-6 rounded-2xl border border-line bg-card p-7 sm:mt-12 sm:p-10" aria-live="polite">
      {busy && <BusyLine />}
      <h1 className="font-display text-2xl leading-tight font-bold text-balance sm:text-3xl">{title}</h1>
      <div className="mt-3 max-w-prose leading-relaxed text-muted">{children}</div>
      {actions && <div className="mt-7 flex flex-wrap gap-3">{actions}</div>}
    </section>
  );
}

function BusyLine() {
  return (
    <div className="mb-6 h-1 w-24 overflow-hidden rounded-full bg-green-soft" aria-hidden="true">
      <div className="h-full w-1/2 motion-safe:animate-[slide_1.4s_ease-in-out_infinite] rounded-full bg-green" />
    </div>
  );
}
