import { startApp } from '../server/app.ts';
import { readConfig } from '../server/config.ts';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import { fewDesktops } from './few-desktops.ts';

/** The server as `npm start` runs it, with as many real desktops as its argument says. */
const config = readConfig(process.env);
const log = createLog(config.settings.LOG_LEVEL, 'json');
const real = createLocalDriver({ dataDir: config.settings.DATA_DIR, log });
const driver = fewDesktops(real, Number(process.argv[2]));
const app = await startApp(config, log, { driver });
process.once('SIGTERM', () => void app.stop().finally(() => process.exit()));
process.stderr.write(`the load's server is ready: ${app.url}\n`);
