import { describe, expect, it } from 'vitest';
import { isHeardByOutsiders } from './events.ts';
import { verdictOn } from './policy.ts';

const type = (method: string, params = {}) => verdictOn(method, params).type;

describe('what an outside client may send', () => {
  it.each([
    'Browser.close',
    'Browser.crash',
    'Browser.setPermission',
    'Browser.grantPermissions',
    'Browser.setWindowBounds',
    'Browser.getBrowserCommandLine',
    'Target.createBrowserContext',
    'Target.disposeBrowserContext',
    'Target.exposeDevToolsProtocol',
    'Target.sendMessageToTarget',
    'Target.attachToBrowserTarget',
    'DOM.setFileInputFiles',
    'Page.setInterceptFileChooserDialog',
    'Fetch.enable',
    'Debugger.enable',
    'SystemInfo.getInfo',
    'Tracing.start',
    'Tethering.bind',
    'Security.setIgnoreCertificateErrors',
    'Extensions.loadUnpacked',
    'NewDomain.ofALaterChromium',
    'constructor',
    '__proto__.x',
    '',
  ])('[AGT-8] refuses %s, and says why', (method) => {
    expect(verdictOn(method, {})).toEqual({ type: 'refuse', reason: expect.stringMatching(/.{15}/) });
  });

  it.each([
    'file:///etc/passwd',
    'chrome://settings',
    'javascript:alert(1)',
    'view-source:https://example.com',
    'data:text/html,x',
    'devtools://devtools/bundled/inspector.html',
    ' file:///etc/passwd',
    7,
  ])('[AGT-9] goes to no %s', (url) => {
    expect(type('Page.navigate', { url })).toBe('refuse');
    expect(type('Target.createTarget', { url })).toBe('refuse');
  });

  it('[AGT-9] goes to web pages', () => {
    expect(type('Page.navigate', { url: 'https://example.com/' })).toBe('act');
    expect(type('Target.createTarget', { url: 'about:blank' })).toBe('act');
    expect(type('Target.createTarget', { url: '' })).toBe('act');
  });

  it('[AGT-8] lets no command travel inside another, past this table', () => {
    expect(type('Target.attachToTarget', { targetId: 't' })).toBe('refuse');
    expect(type('Target.attachToTarget', { targetId: 't', flatten: true })).toBe('pass');
    expect(type('Target.setAutoAttach', { autoAttach: true, flatten: false })).toBe('refuse');
    expect(type('Target.setAutoAttach', { autoAttach: true, flatten: true })).toBe('pass');
  });

  it('[AGT-8] leaves the screen, downloads and focus to the human, without failing the client', () => {
    for (const method of [
      'Browser.setDownloadBehavior',
      'Emulation.setFocusEmulationEnabled',
      'Emulation.setDeviceMetricsOverride',
    ])
      expect(type(method)).toBe('swallow');
  });

  it('[AGT-4] whatever acts in a page or reads it needs control', () => {
    for (const method of [
      'Input.dispatchMouseEvent',
      'Runtime.evaluate',
      'Runtime.callFunctionOn',
      'Page.captureScreenshot',
      'Page.reload',
      'DOM.getOuterHTML',
      'Network.getResponseBody',
      'Storage.getCookies',
      'Target.closeTarget',
      'Page.handleJavaScriptDialog',
    ])
      expect(type(method)).toBe('act');
    for (const method of ['Target.getTargets', 'Page.enable', 'Runtime.runIfWaitingForDebugger'])
      expect(type(method)).toBe('pass');
    const script = (source: string) => type('Page.addScriptToEvaluateOnNewDocument', { source });
    expect(['', '//# sourceURL=x', ' \n// y'].map(script)).toEqual(['pass', 'pass', 'pass']);
    expect(['spy()', '// x\nspy()', '//x\u2028spy()', '//x\rspy()', '/**/spy()'].map(script)).toEqual(
      Array(5).fill('act'),
    );
  });
});

it('[AGT-4] while a human has control a client hears of tabs and frames, never of their content', () => {
  for (const event of [
    'Target.attachedToTarget',
    'Target.targetDestroyed',
    'Page.frameNavigated',
    'Page.lifecycleEvent',
    'Page.loadEventFired',
    'Runtime.executionContextCreated',
    'Inspector.targetCrashed',
  ])
    expect(isHeardByOutsiders(event), event).toBe(true);
  for (const event of [
    'Network.requestWillBeSent',
    'Network.webSocketFrameSent',
    'Runtime.consoleAPICalled',
    'Runtime.bindingCalled',
    'Page.screencastFrame',
    'Page.javascriptDialogOpening',
    'DOM.characterDataModified',
    'Log.entryAdded',
  ])
    expect(isHeardByOutsiders(event), event).toBe(false);
});
