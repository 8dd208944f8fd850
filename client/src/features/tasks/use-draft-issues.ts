import { useEffect, useState } from 'react';
import { stepsOf } from './draft-steps.ts';
import { type Issue, personal } from './issue-words.ts';

const PAUSE_MS = 350;

/** What the server would refuse, said while the draft is written; the check is loaded on first use. */
export function useDraftIssues(draft: string): Issue[] {
  const [issues, setIssues] = useState<Issue[]>([]);
  useEffect(() => {
    if (!stepsOf(draft)?.length) {
      setIssues([]);
      return;
    }
    let current = true;
    const timer = window.setTimeout(async () => {
      const found = await checkDraft(draft);
      if (current) setIssues(found);
    }, PAUSE_MS);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [draft]);
  return issues;
}

/** Empty, too, when the check could not be loaded: the server checks again. */
export function checkDraft(draft: string): Promise<Issue[]> {
  return check(draft).catch(() => []);
}

async function check(draft: string): Promise<Issue[]> {
  // Before any schema is made: zod would probe `new Function`, which our CSP refuses aloud.
  (await import('zod')).config({ jitless: true });
  const { parsePlaybook } = await import('../../../../shared/parse-playbook.ts');
  const parsed = parsePlaybook(JSON.parse(draft));
  return parsed.ok ? [] : parsed.issues.map(personal);
}
