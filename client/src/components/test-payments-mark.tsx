import { useOffer } from '../hooks/use-offer.ts';

/** Said on every page of a server without Stripe keys; in the header's free space, so that nothing jumps. */
export function TestPaymentsMark() {
  const { data: offer } = useOffer();
  if (!offer?.testPayments) return null;
  return (
    <p className="rounded-full bg-gold-soft px-2 py-1 text-xs sm:px-3 whitespace-nowrap text-gold">
      <strong className="font-mono font-bold sm:tracking-wider">TEST PAYMENTS</strong>
      <span className="max-md:sr-only"> · No money moves on this server.</span>
    </p>
  );
}
