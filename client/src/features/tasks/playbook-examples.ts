interface Example {
  name: string;
  playbook: unknown;
}

/** Pages that exist to be used in examples, so that each of these works as it stands. */
export const examples: Example[] = [
  {
    name: 'Read a page',
    playbook: {
      name: 'Read a page',
      steps: [
        { navigate: 'https://example.com' },
        { waitFor: { role: 'heading', name: 'Example Domain' } },
        { extract: { role: 'heading', name: 'Example Domain', as: 'title' } },
        { extract: { css: 'p', nth: 0, as: 'text' } },
        { screenshot: {} },
      ],
    },
  },
  {
    name: 'Search',
    playbook: {
      name: 'Search Wikipedia',
      variables: { topic: 'Dollar' },
      steps: [
        { navigate: 'https://en.wikipedia.org/wiki/Special:Search' },
        { fill: { role: 'searchbox', name: 'Search Wikipedia', nth: 0, value: '{{topic}}' } },
        { press: 'Enter' },
        { waitFor: { css: '#firstHeading' } },
        { extract: { css: '#firstHeading', as: 'article' } },
      ],
    },
  },
  {
    name: 'Repeat',
    playbook: {
      name: 'Gather from several pages',
      steps: [
        { navigate: 'https://en.wikipedia.org/wiki/Special:Random' },
        {
          repeat: {
            max: 3,
            steps: [
              { extract: { css: '#firstHeading', as: 'titles', append: true } },
              { navigate: 'https://en.wikipedia.org/wiki/Special:Random' },
            ],
          },
        },
      ],
    },
  },
  {
    name: 'Ask me',
    playbook: {
      name: 'Sign in with my help',
      steps: [
        { navigate: 'https://en.wikipedia.org/wiki/Special:UserLogin' },
        { askHuman: { instructions: 'Sign in in the browser, then press Done.' } },
        { if: { condition: { text: 'Log out' }, then: [{ extract: { css: '#pt-userpage', as: 'user' } }] } },
      ],
    },
  },
  {
    name: 'Follow a link',
    playbook: {
      name: 'Follow a link',
      steps: [
        { navigate: 'https://example.com' },
        { click: { role: 'link' } },
        { waitFor: { role: 'heading', nth: 0 } },
        { extract: { role: 'heading', nth: 0, as: 'heading' } },
      ],
    },
  },
];

/** A step to a line, which is how people read and edit them. */
export function printPlaybook(playbook: unknown): string {
  const { steps, ...rest } = playbook as { steps: unknown[] };
  const head = Object.entries(rest).map(([key, value]) => `  ${JSON.stringify(key)}: ${oneLine(value)},\n`);
  return `{\n${head.join('')}  "steps": [\n${steps.map((step) => `    ${oneLine(step)}`).join(',\n')}\n  ]\n}`;
}

function oneLine(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ').replace(/\{ \}/g, '{}');
}
