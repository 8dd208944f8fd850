import { Page } from '../../components/page.tsx';
import { useOffer } from '../../hooks/use-offer.ts';
import { useTitle } from '../../hooks/use-title.ts';
import { durationWords, priceWords } from '../../lib/words.ts';
import { Faq } from './faq.tsx';
import { HowItWorks } from './how-it-works.tsx';
import { Ticket } from './ticket.tsx';
import { WhatYouGet } from './what-you-get.tsx';
import { WindowPicture } from './window-picture.tsx';

export function LandingPage() {
  useTitle('');
  const { data: offer, isError } = useOffer();
  const price = priceWords(offer?.priceCents ?? 100, offer?.currency ?? 'usd');
  const inWords = offer?.instructions ?? false;
  const duration = durationWords(offer?.sessionTtlMs ?? 86_400_000);
  return (
    <Page wide>
      <section className="grid items-center gap-x-14 gap-y-12 pt-6 sm:pt-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.05fr)]">
        <div>
          <h1 className="font-display text-[2.5rem] leading-[1.06] font-bold tracking-tight text-balance sm:text-6xl">
            A browser of your own, with an agent in it.
          </h1>
          <p className="mt-6 max-w-[34rem] text-lg leading-relaxed text-muted">
            A real Chromium opens in this page. Give the agent a task and watch it work, or take the mouse at
            any moment. After {duration} the browser is deleted, with everything in it.
          </p>
          <div className="mt-9">
            <Ticket offer={offer} unreachable={isError} />
          </div>
        </div>
        <WindowPicture />
      </section>
      <HowItWorks price={price} duration={duration} inWords={inWords} />
      <WhatYouGet duration={duration} />
      <Faq price={price} duration={duration} inWords={inWords} />
    </Page>
  );
}
