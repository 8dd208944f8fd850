import { Route, Switch } from 'wouter';
import { lazyPage } from './components/lazy-page.tsx';
import { NotFoundPage } from './components/not-found-page.tsx';
import { CheckoutReturnPage } from './features/checkout/checkout-return-page.tsx';
import { LandingPage } from './features/landing/landing-page.tsx';

const SessionPage = lazyPage(async () => (await import('./features/session/session-page.tsx')).SessionPage);
const ReceiptPage = lazyPage(async () => (await import('./features/receipt/receipt-page.tsx')).ReceiptPage);

const RecoverPage = lazyPage(async () => (await import('./features/recover/recover-page.tsx')).RecoverPage);
const SharePage = lazyPage(async () => (await import('./features/share/share-page.tsx')).SharePage);
const AdminPage = lazyPage(async () => (await import('./features/admin/admin-page.tsx')).AdminPage);

/** The table of contents of the page's addresses. */
export function App() {
  return (
    <Switch>
      <Route path="/" component={LandingPage} />
      <Route path="/checkout/return" component={CheckoutReturnPage} />
      <Route path="/s/:id">{({ id }) => <SessionPage key={id} sessionId={id} />}</Route>
      <Route path="/s/:id/receipt">{({ id }) => <ReceiptPage key={id} sessionId={id} />}</Route>
      <Route path="/recover" component={RecoverPage} />
      <Route path="/share/:id">{({ id }) => <SharePage key={id} shareId={id} />}</Route>
      <Route path="/admin" component={AdminPage} />
      <Route component={NotFoundPage} />
    </Switch>
  );
}
