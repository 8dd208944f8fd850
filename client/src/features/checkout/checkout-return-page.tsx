import { useEffect } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { Button } from '../../components/button.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useTitle } from '../../hooks/use-title.ts';
import { endingWords } from '../session/ending-words.ts';
import { type Claim, useClaim } from './use-claim.ts';

export function CheckoutReturnPage() {
  useTitle('Payment');
  const [query] = useSearchParams();
  const checkoutSessionId = query.get('checkout_session_id');
  return (
    <Page>
      {checkoutSessionId ? (
        <Claiming checkoutSessionId={checkoutSessionId} />
      ) : (
        <Notice title="This address is incomplete." actions={<LinkButton href="/">To the start</LinkButton>}>
          It lacks the checkout’s id. If you have just paid, use your browser’s back button to return to
          Stripe, and come here again from there.
        </Notice>
      )}
    </Page>
  );
}

function Claiming({ checkoutSessionId }: { checkoutSessionId: string }) {
  const { claim, again } = useClaim(checkoutSessionId);
  useEffect(fetchLivePage, []);
  const [, navigate] = useLocation();
  const claimed = claim.status === 'claimed' ? claim.sessionId : null;
  useEffect(() => {
    if (claimed) navigate(`/s/${encodeURIComponent(claimed)}`, { replace: true });
  }, [claimed, navigate]);

  switch (claim.status) {
    case 'waiting':
    case 'claimed':
      return <Waiting slow={claim.status === 'waiting' && claim.slow} />;
    case 'gave-up':
      return (
        <Notice
          title="Your payment is still not confirmed."
          actions={<Button onClick={again}>Check again</Button>}
        >
          Some banks take their time. This page can be closed: come back to this address later in the same
          browser. Should no browser be made for you, the payment is refunded.
        </Notice>
      );
    case 'refused':
      return <Refused claim={claim} again={again} />;
  }
}

/** While the payment is being confirmed; the route asks again if this fails. [PERF-4] */
function fetchLivePage(): void {
  import('../session/session-page.tsx').catch(() => undefined);
}

function Waiting({ slow }: { slow: boolean }) {
  return (
    <Notice title="Confirming your payment…" busy>
      {slow
        ? 'This takes longer than usual. You need not do anything: the page goes on by itself as soon as Stripe confirms.'
        : 'Your browser is made ready meanwhile. This takes a few seconds.'}
    </Notice>
  );
}

function Refused({ claim, again }: { claim: Extract<Claim, { status: 'refused' }>; again(): void }) {
  const start = <LinkButton href="/">To the start</LinkButton>;
  if (claim.code === 'session-ended') {
    const { title, body } = endingWords(claim.endedReason ?? null);
    return (
      <Notice title={title} actions={start}>
        {body}
      </Notice>
    );
  }
  const { title, body } = refusalWords[claim.code] ?? {
    title: 'This payment cannot be used.',
    body: claim.sentence,
  };
  return (
    <Notice
      title={title}
      actions={
        <>
          <Button onClick={again}>Try again</Button>
          {start}
        </>
      }
    >
      {body}
    </Notice>
  );
}

const refusalWords: Record<string, { title: string; body: string } | undefined> = {
  'not-the-buyer': {
    title: 'This payment belongs to another browser.',
    body: 'Only the browser that started the checkout can open the session. Open this address there.',
  },
  'payment-refused': {
    title: 'This payment does not fit what was ordered.',
    body: 'No session was made of it. If you were charged, write to whoever runs this server.',
  },
  'payment-returned': {
    title: 'This payment goes back to you.',
    body: 'It came when the last browser was taken, or it was refunded. Banks take a few days to show it.',
  },
  'payment-failed': {
    title: 'The bank refused the payment.',
    body: 'Nothing was charged. You can start again with another card or account.',
  },
  'checkout-expired': {
    title: 'This checkout ran out.',
    body: 'It was not paid in time, so nothing was charged. You can start another one.',
  },
};
