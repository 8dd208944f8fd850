import type { Confinement } from '../shared/desktop.ts';
import { isAllowedHost, isAllowedUrl, type OriginRule, parseOriginRule } from '../shared/origin-rule.ts';

/** What the egress proxy asks beside its own policy: the origins of the task that runs. [AGT-9] */
export interface EgressConfinement {
  /** Null when it may be asked for, else why not. `url` for plain http, host and port for a tunnel. */
  refusal(to: { url: string } | { host: string; port: number }): string | null;
  /** Calls back when open tunnels must be looked at again. */
  onChange(listener: () => void): () => void;
  set(confinement: Confinement | null): void;
  stop(): void;
}

export const CONFINED = "the task that runs here may not: it is outside the task's allowed origins";

/** `onLifted` is told when it ran out by itself: whoever set it has died. */
export function createConfinement(onLifted: () => void): EgressConfinement {
  let rules: OriginRule[] | null = null;
  let timer: NodeJS.Timeout | undefined;
  const listeners = new Set<() => void>();

  function apply(confinement: Confinement | null): void {
    clearTimeout(timer);
    rules = confinement?.origins.flatMap((text) => parseOriginRule(text) ?? []) ?? null;
    if (confinement) timer = setTimeout(lapse, Math.max(0, Date.parse(confinement.until) - Date.now()));
    for (const listener of listeners) listener();
  }

  function lapse(): void {
    apply(null);
    onLifted();
  }

  return {
    refusal(to) {
      if (!rules) return null;
      const allowed = 'url' in to ? isAllowedUrl(rules, to.url) : isAllowedHost(rules, to.host, to.port);
      return allowed ? null : CONFINED;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: apply,
    stop: () => clearTimeout(timer),
  };
}
