/*
 * port.mjs - a port of this machine that nobody listens on.
 */
import { createServer } from 'node:net';

export function freePort() {
	return new Promise((done) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => done(port));
		});
	});
}
