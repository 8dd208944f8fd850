import { useTitle } from '../hooks/use-title.ts';
import { LinkButton } from './link-button.tsx';
import { Notice } from './notice.tsx';
import { Page } from './page.tsx';

export function NotFoundPage() {
  useTitle('Page not found');
  return (
    <Page>
      <Notice
        title="There is no page at this address."
        actions={<LinkButton href="/">To the start</LinkButton>}
      >
        A live session has an address like <code className="font-mono text-ink">/s/ses_…</code>. If you
        followed a link to yours, check that it was copied whole.
      </Notice>
    </Page>
  );
}
