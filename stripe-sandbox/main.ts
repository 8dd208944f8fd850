import { parseArguments, USAGE, UsageError } from './arguments.ts';
import { createStripeSandbox } from './sandbox.ts';

const STOP_TIMEOUT_MS = 5000;

function fail(message: string, exitCode: number): never {
  console.error(`stripe-sandbox: ${message}`);
  process.exit(exitCode);
}

function readArguments() {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    if (error instanceof UsageError) return fail(`${error.message}\n${USAGE}`, 2);
    throw error;
  }
}

if (process.env.NODE_ENV === 'production') {
  fail('this is a development tool and refuses NODE_ENV=production. Set STRIPE_SECRET_KEY to use Stripe.', 2);
}

const { sandbox: options, parentStdin } = readArguments();

function createOrFail() {
  try {
    return createStripeSandbox(options);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), 1);
  }
}

const sandbox = createOrFail();
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => fail('did not stop in time', 1), STOP_TIMEOUT_MS).unref();
  await sandbox.stop();
  process.exit(0);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
if (parentStdin) {
  process.stdin.on('end', stop);
  process.stdin.on('error', stop);
  process.stdin.resume();
}

try {
  const { url } = await sandbox.start();
  console.log(`stripe-sandbox ready ${JSON.stringify({ url })}`);
} catch (error) {
  fail(`cannot listen on port ${options.port}: ${error instanceof Error ? error.message : String(error)}`, 1);
}
