import type { ApiScope } from '../../../../shared/access.ts';
import { API_SCOPES } from '../../../../shared/api-scopes.ts';
import { scopeWords } from './scope-words.ts';

interface Props {
  scopes: readonly ApiScope[];
  onChange(scopes: ApiScope[]): void;
}

/** What the token will be allowed; what the chosen program needs is ticked. */
export function ScopeChoice({ scopes, onChange }: Props) {
  return (
    <fieldset className="mt-4">
      <legend className="mb-1 text-sm font-semibold">It may</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {API_SCOPES.map((scope) => (
          <label key={scope} className="flex min-h-8 items-start gap-2 py-1 text-sm">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-green"
              checked={scopes.includes(scope)}
              onChange={({ target }) =>
                onChange(target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
              }
            />
            {scopeWords[scope]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
