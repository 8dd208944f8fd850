import { useId } from 'react';
import { toast } from 'sonner';
import { Button } from '../../components/button.tsx';
import { writeClipboard } from '../../lib/browser.ts';
import { type AgentKind, agentKinds, snippet } from './snippets.ts';

interface Props {
  kind: AgentKind;
  sessionId: string;
  token: string;
  /** False while `token` is only a placeholder. */
  made: boolean;
}

/** Ready to paste, once there is a token in it. */
export function SnippetBox({ kind, sessionId, token, made }: Props) {
  const fieldId = useId();
  const text = snippet(kind, { origin: window.location.origin, sessionId, token });
  const copy = async () => {
    if (await writeClipboard(text)) toast.success('Copied.');
    else toast.error('This browser does not let the page copy. Select the text and copy it yourself.');
  };
  return (
    <div className="mt-4">
      <div className="flex items-center justify-between gap-3">
        <label htmlFor={fieldId} className="text-sm font-semibold">
          For {agentKinds[kind].name}
        </label>
        <Button size="small" aria-disabled={!made} onClick={copy}>
          Copy
        </Button>
      </div>
      <textarea
        id={fieldId}
        readOnly
        rows={text.split('\n').length}
        wrap="off"
        spellCheck={false}
        value={text}
        className="mt-1.5 block w-full resize-none overflow-x-auto rounded-lg border border-line-strong bg-paper p-3 font-mono text-[0.8125rem] leading-relaxed"
      />
      <p className="mt-1.5 text-sm text-muted">
        {made
          ? 'The token is shown this once, so copy it now. It ends with the session, or when you revoke it.'
          : 'Make a token, and this is ready to paste.'}
      </p>
    </div>
  );
}
