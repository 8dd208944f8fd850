import type { ReactNode } from 'react';
import { Link } from 'wouter';

/** Goes to another page of ours, and looks like the button that it is next to. */
export function LinkButton({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="inline-flex min-h-11 items-center justify-center rounded-lg border border-line-strong bg-card px-4 text-[0.9375rem] font-medium transition-colors hover:bg-green-soft"
    >
      {children}
    </Link>
  );
}
