import { useCallback, useState } from 'react';

/** Text that survives a reload of the tab, such as the one that follows a new release. [UI-6] */
export function useDraft(key: string): [draft: string, setDraft: (draft: string) => void] {
  const [draft, setDraft] = useState(() => window.sessionStorage.getItem(key) ?? '');
  const keep = useCallback(
    (next: string) => {
      window.sessionStorage.setItem(key, next);
      setDraft(next);
    },
    [key],
  );
  return [draft, keep];
}
