import type { ApiScope } from '../../../../shared/access.ts';

/** What a token may do, in plain words. */
export const scopeWords: Record<ApiScope, string> = {
  mcp: 'Use the agent’s tools',
  cdp: 'Drive the browser itself, with everything signed in there',
  'tasks:write': 'Give and cancel tasks',
  'tasks:read': 'Read tasks and their results',
  approve: 'Act without asking you first',
  view: 'Watch the picture',
  control: 'Take and give back control',
};
