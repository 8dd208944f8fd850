import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Logo } from './logo.tsx';
import { TestPaymentsMark } from './test-payments-mark.tsx';

/** Every page but the live one: header, content, footer. */
export function Page({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  const width = wide ? 'max-w-6xl' : 'max-w-2xl';
  return (
    <>
      <header className={`mx-auto flex w-full items-center justify-between gap-4 px-5 py-5 sm:px-8 ${width}`}>
        <Link href="/" className="inline-flex rounded-md py-1">
          <Logo />
        </Link>
        <TestPaymentsMark />
      </header>
      <main className={`mx-auto w-full grow px-5 sm:px-8 ${width}`}>{children}</main>
      <footer className={`mx-auto w-full px-5 pt-16 pb-8 text-sm text-muted sm:px-8 ${width}`}>
        <div className="border-t border-line pt-6">
          Paid once through Stripe Checkout. No subscription, no account, no card kept here.
        </div>
      </footer>
    </>
  );
}
