import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { hashPassword } from '../server/admin/password.ts';

/** Asks for the operator's password, or reads it from a pipe, and prints the line for `.env`. */
const MIN_LENGTH = 12;
const silent = new Writable({ write: (_chunk, _encoding, done) => done() });

process.stderr.write(process.stdin.isTTY ? 'Password for /admin (it is not shown): ' : '');
const lines = createInterface({
  input: process.stdin,
  output: silent,
  terminal: process.stdin.isTTY === true,
});
const { value: password = '' } = await lines[Symbol.asyncIterator]().next();
lines.close();
process.stderr.write(process.stdin.isTTY ? '\n' : '');

if (password.length < MIN_LENGTH) {
  process.stderr.write(`At least ${MIN_LENGTH} characters, please: whoever has it sees every session.\n`);
  process.exit(1);
}
// Quoted, because a shell or a compose file would read $argon2id as a variable.
process.stdout.write(`ADMIN_PASSWORD_HASH='${await hashPassword(password)}'\n`);
