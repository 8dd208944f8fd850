import { urlProblem } from '../../shared/playbook.ts';

type Params = Readonly<Record<string, unknown>>;

/** What becomes of a command of an outside client. */
export type Verdict =
  /** Keeps the client's picture of the tabs true; shows and changes no page: whoever has control. */
  | { type: 'pass' }
  /** Acts in a page or reads it: only while the agent has control. [AGT-4] */
  | { type: 'act' }
  /** Answered as done and not done: clients send it unasked, and the screen is the human's as well. */
  | { type: 'swallow' }
  | { type: 'refuse'; reason: string };

const PASS: Verdict = { type: 'pass' };
const ACT: Verdict = { type: 'act' };
const SWALLOW: Verdict = { type: 'swallow' };
const refuse = (reason: string): Verdict => ({ type: 'refuse', reason });

/** Domains of pages. What belongs to none of them is refused, also what a later Chromium adds. */
const ACTING_DOMAINS = new Set(
  'Accessibility Animation Audits CSS DOM DOMSnapshot Emulation Input IO Log Network Overlay Page Performance Runtime Storage Target'.split(
    ' ',
  ),
);

const PASSING = new Set([
  ...['Browser.getVersion', 'Browser.getWindowForTarget', 'Inspector.enable', 'Inspector.disable'],
  ...['Target.getBrowserContexts', 'Target.setDiscoverTargets', 'Target.getTargets', 'Target.getTargetInfo'],
  ...['Target.setAutoAttach', 'Target.attachToTarget', 'Target.detachFromTarget'],
  ...['Page.enable', 'Page.disable', 'Page.getFrameTree', 'Page.setLifecycleEventsEnabled'],
  ...['Page.createIsolatedWorld', 'Page.removeScriptToEvaluateOnNewDocument', 'Page.screencastFrameAck'],
  ...['Runtime.enable', 'Runtime.disable', 'Runtime.runIfWaitingForDebugger', 'Runtime.releaseObject'],
  ...['Runtime.releaseObjectGroup', 'Runtime.addBinding', 'Runtime.removeBinding'],
  ...['Network.enable', 'Network.disable', 'Log.enable', 'Log.disable', 'DOM.enable', 'DOM.disable'],
  ...['CSS.enable', 'CSS.disable', 'Performance.enable', 'Performance.disable', 'Security.enable'],
  ...['Security.disable', 'Accessibility.enable', 'Accessibility.disable', 'Audits.enable', 'Audits.disable'],
]);

const SWALLOWED = new Set([
  ...['Browser.setDownloadBehavior', 'Page.setDownloadBehavior'],
  ...['Emulation.setFocusEmulationEnabled', 'Emulation.setDeviceMetricsOverride'],
  ...['Emulation.clearDeviceMetricsOverride', 'Emulation.setTouchEmulationEnabled'],
  ...['Emulation.setEmitTouchEventsForMouse', 'Emulation.setVisibleSize', 'Emulation.setEmulatedMedia'],
  'Page.setFontFamilies',
  // Puppeteer sends it to every tab; only a debugger would need the cache off.
  'Network.setCacheDisabled',
]);

const FILES = 'it reaches files; give a page its file in the page, as bytes';
const SETTINGS = 'it changes the whole browser, which the human uses as well';
const BYPASS = 'its messages could not be checked; attach with flatten: true';
const STALLS = 'the page would wait for this client, and the human with it';
const WHOLE = 'it reads or changes the whole machine, not a page';

/** Inside the domains above, what is refused all the same. */
const REFUSED: Readonly<Record<string, string>> = {
  'Target.createBrowserContext': 'there is one window, which the human sees; use its context',
  'Target.disposeBrowserContext': 'there is one window, which the human sees',
  'Target.exposeDevToolsProtocol': BYPASS,
  'Target.attachToBrowserTarget': BYPASS,
  'Target.sendMessageToTarget': BYPASS,
  'Target.autoAttachRelated': BYPASS,
  'Target.setRemoteLocations': WHOLE,
  'Target.openDevTools': SETTINGS,
  'DOM.setFileInputFiles': FILES,
  'DOM.getFileInfo': FILES,
  'Page.setInterceptFileChooserDialog': 'the file window of a human would not open any more',
  'Page.handleFileChooser': FILES,
  'Page.crash': STALLS,
  'Page.setWebLifecycleState': STALLS,
  'Page.waitForDebugger': STALLS,
  'Page.addCompilationCache': SETTINGS,
  'Page.setSPCTransactionMode': SETTINGS,
  'Page.setRPHRegistrationMode': SETTINGS,
  'Network.setRequestInterception': STALLS,
  'Network.loadNetworkResource': FILES,
  'Network.setCookieControls': SETTINGS,
  'Network.emulateNetworkConditions': SETTINGS,
  'Emulation.setScriptExecutionDisabled': SETTINGS,
  'Emulation.setVirtualTimePolicy': STALLS,
  'Emulation.setAutomationOverride': SETTINGS,
  'Runtime.terminateExecution': STALLS,
  'Runtime.setMaxCallStackSizeToCapture': SETTINGS,
  'Storage.overrideQuotaForOrigin': SETTINGS,
};

/** Why whole domains are refused; for those that nobody named here, the last line. */
const REFUSED_DOMAINS: Readonly<Record<string, string>> = {
  Browser: SETTINGS,
  Debugger: STALLS,
  DOMDebugger: STALLS,
  EventBreakpoints: STALLS,
  Fetch: STALLS,
  Extensions: SETTINGS,
  FileSystem: FILES,
  HeapProfiler: 'a snapshot takes the memory that the browser needs',
  Memory: WHOLE,
  PWA: SETTINGS,
  Security: SETTINGS,
  SystemInfo: WHOLE,
  Tethering: WHOLE,
  Tracing: WHOLE,
  WebAuthn: SETTINGS,
};

/** The one place that decides what an outside client may send. Deny by default. [AGT-8] */
export function verdictOn(method: string, params: Params): Verdict {
  if (SWALLOWED.has(method)) return SWALLOW;
  const reason = Object.hasOwn(REFUSED, method) ? REFUSED[method] : undefined;
  if (reason) return refuse(reason);
  const particular = onParams(method, params);
  if (particular) return particular;
  if (PASSING.has(method)) return PASS;
  const [domain = ''] = method.split('.');
  if (ACTING_DOMAINS.has(domain)) return ACT;
  const known = Object.hasOwn(REFUSED_DOMAINS, domain) ? REFUSED_DOMAINS[domain] : undefined;
  return refuse(known ?? 'it is not on the list of what outside clients may use');
}

function onParams(method: string, params: Params): Verdict | null {
  switch (method) {
    case 'Page.navigate':
    case 'Target.createTarget': {
      const problem = urlProblem(typeof params.url === 'string' ? params.url || 'about:blank' : '');
      return problem ? refuse(problem) : null;
    }
    case 'Target.setAutoAttach':
    case 'Target.attachToTarget':
      // Without flatten, commands travel inside others, past this table.
      return params.flatten === true || params.autoAttach === false ? null : refuse(BYPASS);
    case 'Page.addScriptToEvaluateOnNewDocument':
      // Clients send an empty one to every tab, to have a world of their own in it.
      return isEmptyScript(params.source) ? PASS : null;
    default:
      return null;
  }
}

function isEmptyScript(source: unknown): boolean {
  return typeof source === 'string' && source.split('\n').every((line) => /^\s*(\/\/.*)?$/.test(line));
}
