import type { AdminHealth, AdminSession, AdminSignIn } from '../../../../shared/admin.ts';
import { call } from '../../lib/http-call.ts';

export interface Overview {
  health: AdminHealth;
  sessions: AdminSession[];
}

/** The operator's calls: the cookie says who it is. */
export const adminApi = {
  signIn: async (signal: AbortSignal) => (await call<AdminSignIn>('/api/admin/login', { signal })).body,

  overview: async (signal: AbortSignal): Promise<Overview> => {
    const [health, sessions] = await Promise.all([
      call<AdminHealth>('/api/admin/health', { signal }),
      call<AdminSession[]>('/api/admin/sessions', { signal }),
    ]);
    return { health: health.body, sessions: sessions.body };
  },

  login: (password: string) => call('/api/admin/login', { method: 'POST', body: { password } }),
  logout: () => call('/api/admin/logout', { method: 'POST' }),
  revoke: (sessionId: string) =>
    call(`/api/admin/sessions/${encodeURIComponent(sessionId)}/revoke`, { method: 'POST' }),
};
