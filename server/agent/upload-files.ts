import type { VerbInput } from '../../shared/playbook.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

interface UploadFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const UNKNOWN_TYPE = 'application/octet-stream';
const TYPES: Record<string, string> = {
  csv: 'text/csv',
  gif: 'image/gif',
  html: 'text/html',
  jpg: 'image/jpeg',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
};

/** What is uploaded: written in the step itself, or what an earlier step downloaded. */
export async function uploadFiles(
  context: ToolContext,
  files: VerbInput<'upload'>['files'],
): Promise<UploadFile[]> {
  return Promise.all(
    files.map(async ({ name, content, base64, artifact, mimeType }) => {
      if (artifact === undefined) {
        const buffer = base64 === undefined ? Buffer.from(content ?? '') : Buffer.from(base64, 'base64');
        return { name: name ?? 'file', mimeType: mimeType ?? typeOf(name ?? ''), buffer };
      }
      const kept = await context.artifacts.readFile(context.sessionId, context.taskId, artifact);
      if (!kept) {
        const problem = `Nothing was downloaded as '${artifact}' by an earlier step of this task.`;
        throw new StepFailed('no-such-artifact', problem);
      }
      const fileName = name ?? kept.fileName;
      return { name: fileName, mimeType: mimeType ?? typeOf(fileName), buffer: kept.bytes };
    }),
  );
}

const typeOf = (name: string) => TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? UNKNOWN_TYPE;
