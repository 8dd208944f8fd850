import { ChevronDown } from 'lucide-react';

interface Props {
  price: string;
  duration: string;
  /** Whether this server's agent takes tasks in words. */
  inWords: boolean;
}

export function Faq({ price, duration, inWords }: Props) {
  const answers = [
    {
      question: 'Is the agent an AI?',
      answer: inWords
        ? 'When you give it a task in words, yes: a language model looks at the page and decides what to do next. When you give it steps, no: it does them exactly and in order.'
        : 'The agent here carries out a playbook: steps that you write, done exactly and in order. It does not guess, and it needs no model.',
    },
    {
      question: 'What happens if no browser comes up after I paid?',
      answer: 'The payment is refunded by itself. You do not have to ask.',
    },
    {
      question: 'Can I close the tab?',
      answer:
        'Yes. The browser and the running task go on. Open the same address again in this browser, and you are signed in.',
    },
    {
      question: 'Who can see what I do in there?',
      answer: `You, and in principle whoever runs this server, because the browser runs on their machine.${inWords ? ' In a task in words the model’s provider is sent what the pages say.' : ''} Treat it like a computer you rent: fine for errands, wrong for your bank.`,
    },
    {
      question: 'What can it not do?',
      answer:
        'No sound, no camera, no games. It cannot reach private networks, and some sites show captchas to browsers in data centres.',
    },
    {
      question: `Do I pay again after ${duration}?`,
      answer: `No. ${price}, once. When the time is over, the browser ends and nothing renews.`,
    },
  ];
  return (
    <section className="mt-24 grid gap-8 lg:grid-cols-[1fr_2fr]" aria-labelledby="faq">
      <h2 id="faq" className="font-display text-3xl font-bold tracking-tight">
        Fair questions
      </h2>
      <div className="border-b border-line">
        {answers.map(({ question, answer }) => (
          <details key={question} className="group border-t border-line">
            <summary className="flex min-h-14 list-none items-center justify-between gap-4 py-3 font-semibold [&::-webkit-details-marker]:hidden">
              {question}
              <ChevronDown
                size={18}
                className="shrink-0 text-muted transition-transform group-open:rotate-180"
                aria-hidden="true"
              />
            </summary>
            <p className="max-w-prose pb-5 leading-relaxed text-muted">{answer}</p>
          </details>
        ))}
      </div>
    </section>
  );
}
