import { until, within } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

const TIMEOUT_MS = 8_000;
const FRAME_MS = 1_000;

export interface SnapshotLine {
  depth: number;
  text: string;
  ref: string | null;
  /** Role and name as written: what a reference must still mean. */
  about: string;
}

/** The whole page, all frames, as roles and names; passwords are dots. [AGT-7] */
export async function pageSnapshot(context: ToolContext, tab: Tab): Promise<SnapshotLine[]> {
  const before = await passwords(context, tab);
  const taken = tab.page.ariaSnapshot({ mode: 'ai', timeout: TIMEOUT_MS }).catch((error: unknown) => {
    context.signal.throwIfAborted();
    throw new StepFailed('page-unresponsive', `The page could not be read. Page: ${tab.page.url()}`, {
      cause: error,
    });
  });
  const text = await until(context.signal, taken);
  const secrets = [...new Set([...before, ...(await passwords(context, tab))])];
  return text.split('\n').map((line) => readLine(withoutSecrets(line, secrets)));
}

function readLine(text: string): SnapshotLine {
  const depth = text.length - text.trimStart().length;
  const ref = /\[ref=((?:f\d+)?e\d+)\]/.exec(text)?.[1] ?? null;
  const about = ABOUT.exec(text);
  return { depth, text, ref, about: about ? `${about[1]} ${about[2] ?? ''}`.trim() : '' };
}

const ABOUT = /^\s*- '?([\w-]+)(?: ("(?:[^"\\]|\\.)*"))?/;

/** What one line of a snapshot says that an element is. */
export function lineAbout(line: string): { role: string; name: string } | null {
  const [, role, quoted] = ABOUT.exec(line) ?? [];
  if (role === undefined) return null;
  return { role, name: quoted === undefined ? '' : unquote(quoted) };
}

function unquote(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}

/** A short password is masked only where it is a whole value: as a part of words it would blot out the page. */
const MIN_PART = 4;

function withoutSecrets(line: string, secrets: readonly string[]): string {
  let masked = line;
  for (const secret of secrets) {
    for (const written of new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      secret.replaceAll("'", "''"),
    ])) {
      if (written.length >= MIN_PART) masked = masked.replaceAll(written, '•••');
      else if (/: ['"]?(.*?)['"]?$/.exec(masked)?.[1] === written) {
        masked = masked.slice(0, masked.lastIndexOf(': ')).concat(': •••');
      }
    }
  }
  return masked;
}

async function passwords(context: ToolContext, tab: Tab): Promise<string[]> {
  const read = tab.page.frames().map((frame) => {
    const named = 'input[autocomplete$=-password]:not([type=text][role=combobox])';
    const fields = frame.locator(`css=input[type=password],${named}`);
    const values = fields.evaluateAll((nodes) => nodes.map((node) => (node as HTMLInputElement).value));
    return within(FRAME_MS, values, []).catch((): string[] => []);
  });
  const values = await until(context.signal, Promise.all(read));
  return values.flat().filter((value) => value.trim() !== '');
}
