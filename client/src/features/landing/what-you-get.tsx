import { Globe, Hand, ListChecks, type LucideIcon, ShieldCheck, Smartphone, Trash2 } from 'lucide-react';

interface Item {
  icon: LucideIcon;
  title: string;
  body: string;
}

export function WhatYouGet({ duration }: { duration: string }) {
  const items: Item[] = [
    {
      icon: Globe,
      title: 'A real Chromium',
      body: 'The full browser on a 1280 × 720 desktop. Sign in, scroll, download: it behaves like the one you know.',
    },
    {
      icon: ListChecks,
      title: 'An agent that shows its work',
      body: 'Open, click, fill, wait, check, read out. You see each step finish, and what was read stays on the page.',
    },
    {
      icon: Hand,
      title: 'You outrank it',
      body: 'Touch the mouse and the agent stops. Give control back, and it looks again before it goes on.',
    },
    {
      icon: ShieldCheck,
      title: 'Walled off',
      body: 'Every session has its own user, network and files. Nobody else’s browser can reach yours.',
    },
    {
      icon: Smartphone,
      title: 'On a phone too',
      body: 'Tap, type and scroll on a small screen. Lose the connection, and the picture comes back by itself.',
    },
    {
      icon: Trash2,
      title: `Gone after ${duration}`,
      body: 'The browser, its cookies and its files are deleted at the end. What the agent found stays on your receipt for a while, or until you delete it.',
    },
  ];
  return (
    <section className="mt-24" aria-labelledby="get">
      <h2 id="get" className="font-display text-3xl font-bold tracking-tight">
        What the dollar buys
      </h2>
      <ul className="mt-8 grid gap-x-12 gap-y-9 sm:grid-cols-2 lg:grid-cols-3">
        {items.map(({ icon: Icon, title, body }) => (
          <li key={title} className="flex gap-4">
            <Icon size={22} className="mt-0.5 shrink-0 text-green" aria-hidden="true" />
            <div>
              <h3 className="font-semibold">{title}</h3>
              <p className="mt-1 leading-relaxed text-muted">{body}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
