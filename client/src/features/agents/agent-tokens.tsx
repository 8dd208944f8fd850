import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toast } from 'sonner';
import type { ApiScope, ApiTokenCreated } from '../../../../shared/access.ts';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { ScopeChoice } from './scope-choice.tsx';
import { SnippetBox } from './snippet-box.tsx';
import { type AgentKind, agentKinds } from './snippets.ts';
import { TokenList } from './token-list.tsx';

const KINDS = Object.keys(agentKinds) as AgentKind[];
const NO_TOKEN = 'oda_…';

/** Choose a program, make a token for it, copy what it needs; and take tokens back. [AUTH-10] */
export function AgentTokens({ sessionId, api }: { sessionId: string; api: SessionApi }) {
  const [kind, setKind] = useState<AgentKind>('mcp');
  const [scopes, setScopes] = useState<ApiScope[]>(agentKinds.mcp.scopes);
  const [made, setMade] = useState<ApiTokenCreated | null>(null);
  const [busy, setBusy] = useState(false);
  const tokens = useQuery({
    queryKey: ['api-tokens', sessionId],
    queryFn: ({ signal }) => api.apiTokens(signal),
  });

  const choose = (next: AgentKind) => {
    setKind(next);
    setScopes(agentKinds[next].scopes);
    setMade(null);
  };
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      await tokens.refetch();
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };
  const make = () =>
    attempt(async () => {
      const name = `${agentKinds[kind].name}, ${new Date().toLocaleTimeString()}`;
      setMade(await api.createApiToken(name, scopes));
    });
  const revoke = (tokenId: string) =>
    attempt(async () => {
      await api.revokeApiToken(tokenId);
      if (made?.id === tokenId) setMade(null);
    });

  return (
    <>
      <fieldset className="mt-4 flex flex-wrap gap-1.5">
        <legend className="mb-1.5 text-sm font-semibold">What do you connect?</legend>
        {KINDS.map((each) => (
          <label
            key={each}
            className="inline-flex min-h-9 cursor-pointer items-center rounded-full border border-line-strong px-3.5 text-sm has-checked:border-green has-checked:bg-green-soft has-checked:font-semibold has-focus-visible:outline-2"
          >
            <input
              type="radio"
              name="agent-kind"
              className="sr-only"
              checked={kind === each}
              onChange={() => choose(each)}
            />
            {agentKinds[each].name}
          </label>
        ))}
      </fieldset>
      <ScopeChoice scopes={scopes} onChange={setScopes} />
      <Button
        look="primary"
        size="small"
        className="mt-3"
        aria-disabled={busy || scopes.length === 0}
        onClick={make}
      >
        Make a token
      </Button>
      <SnippetBox kind={kind} sessionId={sessionId} token={made?.token ?? NO_TOKEN} made={made !== null} />
      <TokenList tokens={tokens.data ?? []} onRevoke={revoke} />
    </>
  );
}
