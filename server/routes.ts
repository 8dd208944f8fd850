import type { Http } from './http.ts';
import { type McpRoutes, mcpRoutes } from './mcp/mcp-routes.ts';
import { type AdminRoutes, adminRoutes } from './routes/admin.ts';
import { type ApiTokenRoutes, apiTokenRoutes } from './routes/api-tokens.ts';
import { type ApprovalRoutes, approvalRoutes } from './routes/approvals.ts';
import { authRoutes } from './routes/auth.ts';
import { type CdpRoutes, cdpRoutes } from './routes/cdp.ts';
import { type CheckoutRoutes, checkoutRoutes } from './routes/checkout.ts';
import { type HealthRoutes, healthRoutes } from './routes/health.ts';
import { pageRoutes } from './routes/page.ts';
import { playbookRoutes } from './routes/playbooks.ts';
import { type ReceiptRoutes, receiptRoutes } from './routes/receipts.ts';
import { type RecoveryRoutes, recoveryRoutes } from './routes/recovery.ts';
import { type SecretRoutes, secretRoutes } from './routes/secrets.ts';
import { type SessionRoutes, sessionRoutes } from './routes/sessions.ts';
import { type ShareRoutes, shareRoutes } from './routes/shares.ts';
import { type TaskRoutesDeps, taskRoutes } from './routes/tasks.ts';

/** Table of contents of HTTP: one line per group. */
export async function registerRoutes(
  app: Http,
  deps: CheckoutRoutes &
    SessionRoutes &
    ReceiptRoutes &
    RecoveryRoutes &
    ApiTokenRoutes &
    ShareRoutes &
    SecretRoutes &
    ApprovalRoutes &
    TaskRoutesDeps &
    McpRoutes &
    CdpRoutes &
    AdminRoutes &
    HealthRoutes & { clientDir: string },
): Promise<void> {
  healthRoutes(app, deps);
  checkoutRoutes(app, deps);
  authRoutes(app, deps);
  sessionRoutes(app, deps);
  receiptRoutes(app, deps);
  recoveryRoutes(app, deps);
  apiTokenRoutes(app, deps);
  shareRoutes(app, deps);
  secretRoutes(app, deps);
  approvalRoutes(app, deps);
  taskRoutes(app, deps);
  playbookRoutes(app, deps);
  mcpRoutes(app, deps);
  cdpRoutes(app, deps);
  adminRoutes(app, deps);
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await pageRoutes(app, deps);
}
