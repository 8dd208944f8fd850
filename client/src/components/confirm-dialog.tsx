import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';

interface Props {
  open: boolean;
  title: string;
  confirm: string;
  busy?: boolean;
  children: ReactNode;
  onConfirm(): void;
  onCancel(): void;
}

/** The browser's own modal: focus trap, Escape and inert background come with it. */
export function ConfirmDialog({ open, title, confirm, busy = false, children, onConfirm, onCancel }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-2xl border border-line bg-card p-6 text-ink shadow-2xl backdrop:bg-black/55"
    >
      <h2 id={titleId} className="font-display text-xl font-bold">
        {title}
      </h2>
      <div className="mt-2 leading-relaxed text-muted">{children}</div>
      <div className="mt-6 flex flex-wrap justify-end gap-3">
        <Button onClick={onCancel}>Keep it</Button>
        <Button look="danger" aria-disabled={busy} onClick={onConfirm}>
          {confirm}
        </Button>
      </div>
    </dialog>
  );
}
