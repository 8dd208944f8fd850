interface Props {
  price: string;
  duration: string;
  /** Whether this server's agent takes tasks in words. */
  inWords: boolean;
}

export function HowItWorks({ price, duration, inWords }: Props) {
  const steps = [
    {
      title: `Pay ${price}`,
      body: 'Stripe takes the payment on its own page. We never see your card, and you make no account.',
    },
    {
      title: 'Watch it open',
      body: 'You come back to a live picture of your own Chromium. It is already running; click into it and type.',
    },
    {
      title: 'Hand it a task',
      body: `${inWords ? 'Say what you want, or write' : 'Write'} the steps, and the agent does them in that same browser. It goes on when you close the tab, until the ${duration} are over.`,
    },
  ];
  return (
    <section className="mt-24 sm:mt-32" aria-labelledby="how">
      <h2 id="how" className="font-display text-3xl font-bold tracking-tight">
        How it works
      </h2>
      <ol className="mt-8 grid gap-px overflow-hidden rounded-2xl border border-line bg-line md:grid-cols-3">
        {steps.map(({ title, body }, index) => (
          <li key={title} className="bg-card p-7">
            <span className="font-display text-4xl font-bold text-green" aria-hidden="true">
              {index + 1}
            </span>
            <h3 className="mt-3 text-lg font-semibold">{title}</h3>
            <p className="mt-1.5 leading-relaxed text-muted">{body}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
