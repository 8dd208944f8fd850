import type { TrackedEvent } from './message.ts';

/**
 * The script contexts that a client knows of. Told of them anew it drops every handle that it had, and whatever it
 * remembers as failed: after a takeover it looks again. [AGT-4]
 */
export interface Contexts {
  heard(event: TrackedEvent): void;
  /** The events that make a client start over in every tab. */
  anew(): string[];
}

/** Of pages and their frames; a worker is nobody's to look at. */
const TYPES = ['page', 'iframe'];

export function createContexts(): Contexts {
  /** By session, then by the context's id: the event that told of it. */
  const known = new Map<string, Map<number, TrackedEvent>>();

  return {
    heard(event) {
      const { method, params, sessionId = '' } = event;
      const contexts = known.get(sessionId);
      switch (method) {
        case 'Target.attachedToTarget':
          if (params.sessionId && TYPES.includes(params.targetInfo?.type ?? '')) {
            known.set(params.sessionId, new Map());
          }
          return;
        case 'Target.detachedFromTarget':
          known.delete(params.sessionId ?? '');
          return;
        case 'Runtime.executionContextCreated':
          if (params.context) contexts?.set(params.context.id, event);
          return;
        case 'Runtime.executionContextDestroyed':
          contexts?.delete(params.executionContextId ?? -1);
          return;
        case 'Runtime.executionContextsCleared':
          contexts?.clear();
      }
    },
    anew: () =>
      [...known].flatMap(([sessionId, contexts]) =>
        [{ method: 'Runtime.executionContextsCleared', params: {}, sessionId }, ...contexts.values()].map(
          (event) => JSON.stringify(event),
        ),
      ),
  };
}
