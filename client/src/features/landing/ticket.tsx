import { ArrowRight } from 'lucide-react';
import type { Offer } from '../../../../shared/api.ts';
import { Button } from '../../components/button.tsx';
import { durationWords, priceWords } from '../../lib/words.ts';
import { type Start, useStart } from './use-start.ts';

const usual = { priceCents: 100, currency: 'usd', sessionTtlMs: 86_400_000 };

/** The whole offer on one admission ticket. */
export function Ticket({ offer, unreachable }: { offer: Offer | undefined; unreachable: boolean }) {
  const { state, start } = useStart();
  const { priceCents, currency, sessionTtlMs } = offer ?? usual;
  const price = priceWords(priceCents, currency);
  const soldOut = state.status === 'sold-out' || offer?.available === false;
  const creating = state.status === 'creating';
  return (
    <div className="max-w-md [filter:drop-shadow(0_1px_0_var(--line))_drop-shadow(0_10px_24px_rgb(16_40_26/0.12))]">
      <div className="ticket-edge rounded-2xl bg-card [--tear:6.75rem]">
        <div className="flex h-27 items-center justify-between gap-4 px-5 sm:px-7">
          <div>
            <p className="font-display text-5xl leading-none font-bold">{price}</p>
            <p className="mt-2 text-[0.8125rem] whitespace-nowrap text-muted sm:text-sm">once, no account</p>
          </div>
          <div className="text-right">
            <p className="font-display text-xl leading-none font-bold">{durationWords(sessionTtlMs)}</p>
            <p className="mt-2 text-[0.8125rem] whitespace-nowrap text-muted sm:text-sm">
              from the moment you pay
            </p>
          </div>
        </div>
        <div className="mx-5 border-t-2 border-dashed border-line" />
        <div className="px-5 pt-6 pb-5 sm:px-7">
          <Button
            look="primary"
            size="large"
            className="w-full"
            aria-disabled={creating || soldOut}
            aria-describedby="start-note"
            onClick={start}
          >
            {soldOut ? 'Sold out for now' : creating ? 'Opening checkout…' : `Start for ${price}`}
            {!soldOut && !creating && <ArrowRight size={20} aria-hidden="true" />}
          </Button>
          <p
            id="start-note"
            role="status"
            className={`mt-3 min-h-15 text-sm sm:min-h-10 leading-5 ${noteColour(state, unreachable)}`}
          >
            {note(state, soldOut, unreachable)}
          </p>
        </div>
      </div>
    </div>
  );
}

function note(state: Start, soldOut: boolean, unreachable: boolean): string {
  if (soldOut)
    return 'Every browser is taken. Nothing was charged. A place opens when a session ends; look again later.';
  if (state.status === 'failed') return state.sentence;
  if (unreachable) return 'The server does not answer right now. You can still try.';
  return 'You pay on Stripe’s own page and come straight back here.';
}

function noteColour(state: Start, unreachable: boolean): string {
  return state.status === 'failed' || unreachable ? 'text-red' : 'text-muted';
}
