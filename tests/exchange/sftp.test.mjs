/* The banks' way in, as shipped: conf/sftp on a real sshd of its own, with users made for it, and the recipes of schema/README.md.
 * What a bank can do is one night; the rest is what it cannot. Users and folders are root's to make. */
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Citizen, person } from '../citizen.mjs';
import { value } from '../database.mjs';

const { BUILD, SBK_CONF, VAR } = process.env;
const root = fileURLToPath(new URL('../../', import.meta.url));
/* Nobody else's here: their numbers begin at 1. */
const BANK = '104', OTHER = '105';
const skip = process.getuid() !== 0 && 'making users and a chroot needs root';

const group = `sbk-t${randomBytes(4).toString('hex')}`, owner = `${group}-own`;
const user = (bank) => `${group}-${bank}`;
/* Not in /tmp: all that is above a chroot must be root's alone. */
const room = skip ? '' : mkdtempSync('/var/lib/sbk-sftp-');
const at = (...names) => join(room, ...names);
const folder = (bank, name) => at('exchange', bank, name);
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const started = [];

async function until(what, condition) {
	for (const end = Date.now() + 30000; Date.now() < end; await pause(10)) {
		const found = await condition();
		if (found)
			return found;
	}
	throw new Error(`waited in vain: ${what}`);
}

function start(command, ...args) {
	const child = spawn(command, args, { stdio: 'ignore' });
	started.push(child);
	return child;
}

const open = (port) => new Promise((done) => {
	const socket = createConnection(port, '127.0.0.1', () => { socket.destroy(); done(true); });
	socket.on('error', () => done(false));
});

const freePort = () => new Promise((done) => {
	const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
});

const over = (name, body) => test(name, { skip }, body);

/* One of schema/README.md's, as this bank types it. */
function recipe(name, variables = {}, bank = BANK) {
	return spawnSync('bash', ['-c', `. "${root}tests/exchange/recipe.sh"; recipe ${name}`], { encoding: 'utf8', env: { ...process.env, SERVER: '127.0.0.1',
		PORT: port, LOGIN: user(bank), KEY: at(bank), KNOWN: at('known_hosts'), SSH: at(`${bank}.ssh`), IN: at('bank', bank, 'outbound'),
		OUT: at('bank', bank, 'inbound'), ...variables } });
}
const sftp = (batch, bank = BANK) => spawnSync('sftp', ['-F', at(`${bank}.ssh`), '-b', '-', 'bureau'], { encoding: 'utf8', input: `${batch}\n` });
const ssh = (...args) => spawnSync('ssh', ['-F', at(`${BANK}.ssh`), '-o', 'BatchMode=yes', ...args], { encoding: 'utf8', input: '' });
const granted = (batch) => { const said = sftp(batch); assert.equal(said.status, 0, said.stderr); return said.stdout; };
/* One connection; after "-" a batch goes on when a line of it has failed. Each must, in one line. */
function denied(batch, why, bank) {
	const said = sftp(batch.map((line) => `-${line}`).join('\n'), bank).stderr.trim().split('\n');
	assert.equal(said.length, batch.length, said.join('\n'));
	said.forEach((line, n) => assert.match(line, why, batch[n]));
}
const shut = (option, ssh) => spawnSync('sftp', ['-F', ssh, ...option, '-b', '-', 'bureau'], { encoding: 'utf8', input: 'ls\n' }).stderr;

/* The bureau's program as the bureau's user; the sandbox's banks in a place of their own. */
const sbk = (...args) => spawnSync('setpriv', [`--reuid=${owner}`, `--regid=${owner}`, '--init-groups', at('sbk'), ...args],
	{ encoding: 'utf8', env: { ...process.env, SBK_CONF: at('sbk.hdf') } });
const theBank = () => run('node', join(root, 'tests/sandbox/bank.mjs'), '--exchange', at('bank'), '--keys', join(VAR, 'secrets/banks'),
	'--ledgers', at('ledgers'), '--bank', BANK, '--steps', '1');
const ready = (dir) => readdirSync(dir).filter((name) => name.endsWith('.manifest.sig')).map((name) => name.replace('.manifest.sig', '')).sort();
const state = () => value(`SELECT state FROM application WHERE no = '${no}'`);

let port, no, answers;

/* What make install lays out, at other places and under other names. */
function layOut() {
	writeFileSync(at('sbk.conf'), readFileSync(join(root, 'conf/sftp/sshd.conf'), 'utf8').replace('Match Group sbk-bank', `Match Group ${group}`)
		.replaceAll('/etc/ssh/', at('/')).replaceAll('/etc/sbk/sftp/', at('keys/')));
	writeFileSync(at('sshd_config'), readFileSync('/usr/share/openssh/sshd_config', 'utf8').replace('/etc/ssh/sshd_config.d/*.conf', at('sbk.conf')));
	run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', at('ssh_host_ed25519_key'));
	run('useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', owner);
	for (const bank of [BANK, OTHER]) {
		run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', at(bank));
		for (const name of ['outbound', 'inbound'])
			mkdirSync(at('bank', bank, name), { recursive: true });
		addBank(bank, at(`${bank}.pub`));
	}
}

const addBank = (...args) => execFileSync(join(root, 'conf/sftp/bank.sh'), args, { encoding: 'utf8', stdio: 'pipe',
	env: { ...process.env, EXCHANGE: at('exchange'), KEYS_DIR: at('keys'), OWNER: owner, GROUP: group } });

/* The program and what it reads, where its user can read it; the database's socket lies where only the database's can. */
function bureau() {
	const conf = readFileSync(SBK_CONF, 'utf8').replace(/(?<== ).*\/secrets\//g, at('secrets/')).replaceAll(root, at('/'))
		.replace(/Db\.Socket = .*/, `Db.Socket = ${at('db.sock')}`).replace(/Exchange\.Dir = .*/, `Exchange.Dir = ${at('exchange')}`);
	for (const name of ['conf', 'schema', 'templates'])
		cpSync(join(root, name), at(name), { recursive: true });
	copyFileSync(join(BUILD, 'bin/sbk'), at('sbk'));
	writeFileSync(at('sbk.hdf'), conf, { mode: 0o600 });
	for (const name of ['ring', 'banks'])
		cpSync(join(VAR, 'secrets', name), at('secrets', name), { recursive: true });
	run('chown', '-R', `${owner}:`, at('secrets'), at('sbk.hdf'));
	start('socat', `UNIX-LISTEN:${at('db.sock')},fork,user=${owner}`, `UNIX-CONNECT:${VAR}/mariadb/db.sock`);
}

before(async () => {
	if (skip)
		return;
	chmodSync(room, 0o755);
	port = await freePort();
	layOut();
	bureau();
	start('socat', '-u', `UNIX-RECV:${at('log')},mode=666`, `CREATE:${at('said')}`);
	await until('the sockets', () => existsSync(at('log')) && existsSync(at('db.sock')));
	for (const bank of [BANK, OTHER]) {
		rmSync(folder(bank, 'dev/log'));
		linkSync(at('log'), folder(bank, 'dev/log'));
	}
	/* As the machine's start makes it; empty, and another sshd's too: it stays. */
	mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
	const sshd = start('/usr/sbin/sshd', '-D', '-f', at('sshd_config'), '-E', at('sshd.log'), '-o', `Port=${port}`, '-o', 'ListenAddress=127.0.0.1',
		'-o', `PidFile=${at('sshd.pid')}`);
	await until('sshd answers', () => {
		assert.equal(sshd.exitCode, null, 'sshd ended');
		return open(port);
	});
	writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(at('ssh_host_ed25519_key.pub'), 'utf8')}`);
	for (const bank of [BANK, OTHER])
		assert.equal(recipe('connect', {}, bank).status, 0);
	const branch = value(`SELECT code FROM branch WHERE bank = '${BANK}' AND open = 1 ORDER BY code LIMIT 1`);
	no = await new Citizen(person('ok', 16)).apply(undefined, { bank: BANK, branch });
});

after(async () => {
	if (skip)
		return;
	for (const child of started) {
		child.kill();
		await until('its end', () => child.exitCode !== null || child.signalCode !== null);
	}
	/* A user goes when his last connection has ended; his group with him. 6: there is none. */
	for (const name of [owner, user(BANK), user(OTHER)])
		await until(`${name} is gone`, () => [0, 6].includes(spawnSync('userdel', [name]).status));
	spawnSync('groupdel', [group]);
	rmSync(room, { recursive: true, force: true });
});

over('the bank fetches the order that the bureau wrote', () => {
	const exported = sbk('export', '--bank', BANK);
	assert.equal(exported.status, 0, exported.stderr);
	const [id] = ready(folder(BANK, 'outbound'));
	const fetched = recipe('fetch');
	assert.equal(fetched.status, 0, fetched.stderr);
	for (const name of readdirSync(folder(BANK, 'outbound')))
		assert.deepEqual(readFileSync(at('bank', BANK, 'outbound', name)), readFileSync(folder(BANK, join('outbound', name))));
	const keys = join(VAR, 'secrets/banks');
	const received = recipe('receive', { ID: id, PEER: join(keys, 'bureau.crt'), ME: join(keys, BANK), XSD: join(root, 'schema'), OUT: room });
	assert.equal(received.status, 0, received.stderr);
	assert.ok(readFileSync(at(`${id}.xml`), 'utf8').includes(no));
});

over('when nothing is ready, fetching says so', () => {
	const fetched = recipe('fetch', {}, OTHER);
	assert.notEqual(fetched.status, 0);
	assert.match(fetched.stderr, /manifest\.sig" not found/);
});

over('receipt and reports arrive whole, are taken, and move the application', () => {
	theBank();
	answers = ready(at('bank', BANK, 'inbound'));
	assert.ok(answers.length >= 2);
	for (const id of answers) {
		const delivered = recipe('deliver', { ID: id });
		assert.equal(delivered.status, 0, delivered.stderr);
	}
	assert.equal(readdirSync(folder(BANK, 'inbound')).length, answers.length * 3);
	const imported = sbk('import', '--bank', BANK);
	assert.equal(imported.status, 0, imported.stderr);
	assert.equal(state(), 'ACCEPTED');
	assert.deepEqual(readdirSync(folder(BANK, 'inbound')), []);
	assert.deepEqual(readdirSync(folder(BANK, 'quarantine')), []);
});

over('what the bureau has taken is the bureau\'s own', () => {
	const uid = Number(run('id', '-u', owner));
	const kept = readdirSync(folder(BANK, 'archive')).filter((name) => name.startsWith(BANK));
	assert.equal(kept.length, answers.length * 3);
	for (const name of kept)
		assert.equal(statSync(folder(BANK, join('archive', name))).uid, uid, name);
});

over('a bank that still writes to a file which was taken changes nothing of it', async () => {
	const [id] = answers, slow = at('slow'), inbound = (ending) => folder(BANK, `inbound/${id}.${ending}`);
	writeFileSync(slow, randomBytes(16 << 20));
	const writer = spawn('sftp', ['-F', at(`${BANK}.ssh`), '-l', '2000', '-b', '-', 'bureau'], { stdio: ['pipe', 'ignore', 'ignore'] });
	started.push(writer);
	writer.stdin.end(`put "${slow}" inbound/slow.tmp\n`);
	await until('the first bytes', () => existsSync(folder(BANK, 'inbound/slow.tmp')) && statSync(folder(BANK, 'inbound/slow.tmp')).size > 0);
	granted(`rename inbound/slow.tmp inbound/${id}.xml.enc\n${['manifest.xml', 'manifest.sig'].map((ending) =>
		`put "${at('bank', BANK, 'inbound')}/${id}.${ending}" inbound/${id}.${ending}`).join('\n')}`);
	const file = statSync(inbound('xml.enc'));
	assert.equal(sbk('import', '--bank', BANK).status, 1);
	assert.equal(writer.exitCode, null, 'it still writes');
	const [name] = readdirSync(folder(BANK, 'quarantine')).filter((one) => one.endsWith('.xml.enc'));
	assert.notEqual(statSync(folder(BANK, join('quarantine', name))).ino, file.ino);
	writer.kill();
	await until('its end', () => writer.signalCode !== null || writer.exitCode !== null);
});

over('a file that the bureau may not read is refused, and the corrected one is taken', () => {
	const id = answers.at(-1);
	const put = (mode) => granted(['xml.enc', 'manifest.xml', 'manifest.sig'].map((ending) =>
		`put "${at('bank', BANK, 'inbound')}/${id}.${ending}" inbound/${id}.${ending}\nchmod ${mode} inbound/${id}.${ending}`).join('\n'));
	put('600');
	const refused = sbk('import', '--bank', BANK);
	assert.equal(refused.status, 1);
	assert.match(refused.stderr, /"import_rejected".*F01/);
	put('640');
	assert.equal(sbk('import', '--bank', BANK).status, 0);
});

over('a bank sees its folder as all there is, and of the bureau\'s own parts only that they are there', () => {
	assert.match(granted('pwd'), /^Remote working directory: \/$/m);
	assert.deepEqual(granted('ls -1 /').split('\n').slice(1).filter(Boolean).map((name) => name.replace(/^\//, '')), ['archive', 'dev', 'inbound', 'outbound', 'quarantine', 'work']);
	denied(['/../../../etc/passwd', at('exchange', OTHER, 'outbound'), '/etc', '/proc'].map((path) => `ls ${path}`), /not found/);
	const [kept] = readdirSync(folder(BANK, 'archive'));
	denied([...['work', 'archive', 'quarantine'].flatMap((name) => [`ls ${name}/`, `put "${at('slow')}" ${name}/x`]),
		`get archive/${kept} "${at('stolen')}"`, `rename archive/${kept} inbound/${kept}`, `rm archive/${kept}`], /denied|not found/);
});

over('a bank changes nothing outside of inbound', () => {
	assert.equal(sbk('export', '--bank', OTHER).status, 0);
	const [order] = readdirSync(folder(OTHER, 'outbound')), put = `put "${at('slow')}"`;
	denied([`${put} outbound/x`, `${put} outbound/${order}`, `${put} /x`, `rm outbound/${order}`, `rename outbound/${order} inbound/x`,
		`rename outbound/${order} outbound/x`, `chmod 666 outbound/${order}`, 'chmod 777 outbound', 'chmod 700 inbound', 'rename inbound mine'],
	/denied|not permitted/, OTHER);
});

over('a bank makes no folders and no links', () => {
	granted(`put "${at(`${BANK}.pub`)}" inbound/a.tmp`);
	denied(['mkdir inbound/x', 'ln -s /etc/passwd inbound/x', 'ln inbound/a.tmp inbound/x', 'rmdir outbound'], /denied|does not support/);
	granted('rm inbound/a.tmp');
	assert.deepEqual(readdirSync(folder(BANK, 'inbound')), []);
});

over('another bank\'s key, a password or a key that was taken back opens nothing', () => {
	assert.equal(recipe('connect', { KEY: at(OTHER), SSH: at('wrong.ssh') }).status, 0);
	assert.match(shut([], at('wrong.ssh')), /Permission denied \(publickey\)/);
	execFileSync('chpasswd', { input: `${user(BANK)}:Beijing2026\n` });
	assert.match(ssh('-o', 'PubkeyAuthentication=no', '-o', 'BatchMode=no', '-o', 'NumberOfPasswordPrompts=0', 'bureau').stderr, /Permission denied \(publickey\)/);
	addBank(BANK, at(`${OTHER}.pub`));
	assert.match(shut([], at(`${BANK}.ssh`)), /Permission denied \(publickey\)/);
	addBank(BANK, at(`${BANK}.pub`));
	granted('ls');
});

over('a bank gets no shell, no terminal and no forwarding', () => {
	assert.equal(ssh('bureau', 'id').stdout, 'This service allows sftp connections only.\n');
	assert.match(ssh('-tt', 'bureau').stderr, /PTY allocation request failed/);
	assert.match(ssh('-W', `127.0.0.1:${process.env.PORT}`, 'bureau').stderr, /administratively prohibited|stdio forwarding failed/);
	for (const forward of ['0:127.0.0.1:1', '/inbound/x:127.0.0.1:1'])
		assert.match(ssh('-N', '-o', 'ExitOnForwardFailure=yes', '-R', forward, 'bureau').stderr, /remote port forwarding failed/);
});

over('a server with another key, or old algorithms, is nothing that both sides go on with', () => {
	writeFileSync(at('other_hosts'), `[127.0.0.1]:${port} ${readFileSync(at(`${OTHER}.pub`), 'utf8')}`);
	assert.equal(recipe('connect', { KNOWN: at('other_hosts'), SSH: at('elsewhere.ssh') }).status, 0);
	assert.match(shut([], at('elsewhere.ssh')), /Host key verification failed/);
	for (const option of ['Ciphers=aes128-cbc', 'MACs=hmac-sha1', 'KexAlgorithms=diffie-hellman-group14-sha1'])
		assert.match(shut(['-o', option], at(`${BANK}.ssh`)), /no matching/, option);
});

over('the log says which key came in, and what it did with each file', () => {
	const [id] = answers, said = readFileSync(at('said'), 'utf8');
	const [, fingerprint] = run('ssh-keygen', '-l', '-f', at(`${BANK}.pub`)).split(' ');
	assert.ok(readFileSync(at('sshd.log'), 'utf8').includes(`Accepted publickey for ${user(BANK)} from 127.0.0.1`));
	assert.ok(readFileSync(at('sshd.log'), 'utf8').includes(fingerprint));
	for (const words of [`open "/inbound/${id}.xml.enc.tmp" flags WRITE,CREATE`, `posix-rename old "/inbound/${id}.xml.enc.tmp" new "/inbound/${id}.xml.enc"`,
		'open "/outbound/BJSSC-', 'remove name "/inbound/a.tmp"'])
		assert.ok(said.includes(words), words);
});

over('a bank is added as often as one likes; without a key or under no code it is not', () => {
	const layout = () => run('find', at('exchange'), at('keys'), '-printf', '%P %M %u %g\n');
	const before = layout();
	addBank(BANK, at(`${BANK}.pub`));
	addBank(BANK);
	assert.equal(layout(), before);
	writeFileSync(at('none.pub'), 'no key\n');
	for (const args of [['301', at('none.pub')], ['../1'], ['1020'], []])
		assert.throws(() => addBank(...args));
	assert.equal(layout(), before);
	assert.notEqual(spawnSync('id', [user('301')]).status, 0);
});

over('a bank\'s user cannot come to another\'s files on the machine either', () => {
	for (const path of [folder(BANK, 'outbound'), folder(BANK, 'inbound')])
		assert.match(spawnSync('setpriv', [`--reuid=${user(OTHER)}`, `--regid=${user(OTHER)}`, '--init-groups', 'ls', path], { encoding: 'utf8' }).stderr, /denied/);
});
