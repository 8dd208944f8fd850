import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import { parseCall } from '../../shared/parse-step.ts';
import type { TaskView } from '../../shared/task.ts';
import { TERMINAL_TASK_STATUSES } from '../../shared/task.ts';
import type { ModelSettings } from '../agent/llm/model-settings.ts';
import type { Confine } from '../agent/policy/confinements.ts';
import type { ToolCall } from '../agent/registry.ts';
import { createTaskRunner, type TaskRunner } from '../agent/runner.ts';
import { createSealer } from '../agent/secrets/sealer.ts';
import { createSecrets, type Secrets } from '../agent/secrets/secret-store.ts';
import { type TaskRules, taskView } from '../agent/task-store.ts';
import type { ToolResult } from '../agent/tool.ts';
import type { Db } from '../db/database.ts';
import { createListener } from '../db/listener.ts';
import { systemClock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import { createLog } from '../lib/log.ts';
import { createLeases, type Leases } from '../sessions/leases.ts';
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts';
import { startTestChromium, type TestChromium } from './chromium.ts';
import { seedSession } from './seed.ts';
import { createTestDatabase } from './test-database.ts';

/** Everything that a task needs, real: database, leases, a browser, a runner. */
export interface AgentRig {
  db: Db;
  dataDir: string;
  leases: Leases;
  sessions: SessionStore;
  chromium: TestChromium;
  runner: TaskRunner;
  secrets: Secrets;
  /** Another server on the same database and browser. */
  anotherRunner(): TaskRunner;
  newSession(): Promise<string>;
  /** Creates a task from playbook steps and starts it. */
  begin(
    sessionId: string,
    steps: unknown[],
    variables?: Record<string, unknown>,
    rules?: TaskRules,
    /** The server that has it first. */
    on?: TaskRunner,
  ): Promise<string>;
  /** Resolves when the task satisfies `test`, by default when it has ended. */
  until(sessionId: string, taskId: string, test?: (task: TaskView) => boolean): Promise<TaskView>;
  /** One guarded call at the browser as it stands, as a model or an outside agent makes it. */
  call(sessionId: string, step: unknown, more?: Partial<ToolCall>): Promise<ToolResult>;
  /** `begin` and `until` it ended, in a session of its own. */
  play(steps: unknown[], variables?: Record<string, unknown>): Promise<TaskView>;
  stop(): Promise<void>;
}

const WAIT_MS = 45_000;

export interface RigOptions {
  /** Takes the log's lines. */
  logTo?: Writable;
  confine?: Confine;
  approvalTtlMs?: number;
  /** Flags for Chromium. */
  flags?: string[];
}

export async function startAgentRig(
  llm: ModelSettings | null = null,
  options: RigOptions = {},
): Promise<AgentRig> {
  const log = options.logTo ? createLog('trace', 'json', options.logTo) : createLog('silent', 'json');
  const database = await createTestDatabase();
  const { db } = database;
  const dataDir = await mkdtemp(join(tmpdir(), 'oda-test-agent-'));
  const listener = createListener(database.url, log);
  await listener.start();
  const leases = createLeases({ db, listener, clock: systemClock, log });
  leases.start();
  const sessions = createSessionStore(db);
  const secrets = createSecrets(db, createSealer(randomBytes(32)));
  const chromium = await startTestChromium(options.flags);
  const runners: TaskRunner[] = [];
  const { cdp, home } = chromium;
  const desktopOf = async () => ({ desktopId: 'dsk_test', rfb: { path: '/nowhere' }, cdp, home });
  const anotherRunner = () => {
    const next = createTaskRunner({
      ...{ db, leases, sessions, desktopOf, dataDir, llm, secrets, log, clock: systemClock },
      ...{ confine: options.confine ?? (async () => {}), approvalTtlMs: options.approvalTtlMs ?? 60_000 },
    });
    next.start();
    runners.push(next);
    return next;
  };
  const runner = anotherRunner();

  const newSession = async () => {
    const { sessionId } = await seedSession(db, { desktopId: newId('dsk'), ttlMs: 600_000 });
    return sessionId;
  };

  async function begin(
    sessionId: string,
    steps: unknown[],
    variables = {},
    rules: TaskRules = {},
    on = runner,
  ) {
    const parsed = parsePlaybook({ variables, steps });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const { id } = await on.store.create(sessionId, parsed.playbook, rules);
    on.kick(sessionId);
    return id;
  }

  const hasEnded = (task: TaskView) => TERMINAL_TASK_STATUSES.includes(task.status);

  async function until(sessionId: string, taskId: string, test = hasEnded): Promise<TaskView> {
    const deadline = performance.now() + WAIT_MS;
    return new Promise((resolve, reject) => {
      let looking = false;
      const look = async () => {
        if (looking) return;
        looking = true;
        const row = await runner.store.find(sessionId, taskId).finally(() => {
          looking = false;
        });
        if (row && test(taskView(row))) finish(() => resolve(taskView(row)));
        else if (performance.now() > deadline) finish(() => reject(new Error(JSON.stringify(row))));
      };
      const finish = (settle: () => void) => {
        clearInterval(timer);
        unsubscribe();
        settle();
      };
      const unsubscribe = listener.on('session_events', () => void look().catch(reject));
      const timer = setInterval(() => void look().catch(reject), 500);
      void look().catch(reject);
    });
  }

  async function call(sessionId: string, step: unknown, more: Partial<ToolCall> = {}): Promise<ToolResult> {
    const parsed = parseCall(step);
    if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
    const control = await sessions.setControl(sessionId, 'agent');
    if (!control) throw new Error('the session is over');
    const taskId = `tsk_call_${sessionId}`;
    const task = { id: taskId, session_id: sessionId, name: 'Call', kind: 'playbook', input: '{}' } as const;
    await db
      .insertInto('tasks')
      .values({ ...task, status: 'succeeded', steps: '[]', ended_at: new Date() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return runner.registry.run({
      sessionId,
      taskId,
      index: 0,
      step: parsed.step,
      browser: await runner.browsers.get(sessionId),
      epoch: control.epoch,
      signal: AbortSignal.timeout(WAIT_MS),
      last: true,
      onAct: () => {},
      ...more,
    });
  }

  return {
    db,
    dataDir,
    leases,
    sessions,
    chromium,
    runner,
    secrets,
    anotherRunner,
    newSession,
    begin,
    until,
    call,
    async play(steps, variables) {
      const sessionId = await newSession();
      return until(sessionId, await begin(sessionId, steps, variables));
    },
    async stop() {
      await Promise.all(runners.map((one) => one.stop()));
      await chromium.stop();
      await leases.stop();
      await listener.stop();
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
