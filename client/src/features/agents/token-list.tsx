import type { ApiTokenView } from '../../../../shared/access.ts';
import { Button } from '../../components/button.tsx';
import { scopeWords } from './scope-words.ts';

interface Props {
  tokens: readonly ApiTokenView[];
  onRevoke(tokenId: string): void;
}

/** The tokens that still work, newest first. */
export function TokenList({ tokens, onRevoke }: Props) {
  if (tokens.length === 0) return null;
  return (
    <section aria-label="Tokens" className="mt-5 border-t border-line pt-3">
      <h3 className="text-sm font-semibold">Tokens that work now</h3>
      <ul>
        {tokens.map(({ id, name, scopes, lastUsedAt }) => (
          <li key={id} className="flex min-h-12 items-center justify-between gap-3 py-1.5 text-sm">
            <span className="min-w-0">
              <span className="block font-medium break-words">{name}</span>
              <span className="block text-muted">
                {scopes.map((scope) => scopeWords[scope]).join(' · ')}
                {lastUsedAt ? ` · used ${new Date(lastUsedAt).toLocaleTimeString()}` : ' · not used yet'}
              </span>
            </span>
            <Button size="small" aria-label={`Revoke ${name}`} onClick={() => onRevoke(id)}>
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
