/**
 * An SMTP server that delivers nothing and shows what it caught: a page for a person, JSON at /messages for a program.
 * The page can carry buttons, which is how `npm start` lets somebody leave a cart.
 */
import { createServer } from 'node:http';
import { freePort } from '../ports.mjs';
import { renderPage } from './page.mjs';
import { receiveMail } from './receiver.mjs';

/**
 * @typedef {object} Action
 * @property {string} label what the button says
 * @property {() => Promise<string>} run what it does; its sentence is shown on the page
 *
 * @param {object} options
 * @param {number} [options.port] of the page; another one when taken
 * @param {number} [options.smtpPort] another one when taken
 * @param {string} options.title of the page
 * @param {Action[]} [options.actions]
 * @param {Array<{ label: string, url: string }>} [options.links]
 * @param {(mail: import('./receiver.mjs').ReceivedMail) => void} [options.onMail]
 */
export async function startCatcher({ port = 0, smtpPort = 0, title, actions = [], links = [], onMail = () => {} }) {
	const mails = [];
	const notes = [];
	const receiver = await receiveMail({
		port: await freePort(smtpPort),
		onMail: (mail) => {
			mails.push(mail);
			onMail(mail);
		},
	});
	const state = () => ({ title, mails, notes, actions, links });
	const server = createServer((request, response) => {
		answer(request, response, state()).catch((error) => reply(response, 500, 'text/plain', `${error.message}\n`));
	});
	const pagePort = await freePort(port);
	await new Promise((resolve, reject) => server.once('error', reject).listen(pagePort, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${pagePort}`,
		smtpPort: receiver.port,
		mails,
		note: (text) => notes.push({ atMs: Date.now(), text }),
		actions,
		links,
		close: async () => {
			server.closeAllConnections();
			await Promise.all([receiver.close(), new Promise((resolve) => server.close(resolve))]);
		},
	};
}

async function answer(request, response, { notes, actions, ...rest }) {
	const { pathname } = new URL(request.url, 'http://127.0.0.1');
	if (request.method === 'GET' && pathname === '/messages') return reply(response, 200, 'application/json', JSON.stringify(rest.mails));
	if (request.method === 'GET' && pathname === '/') return reply(response, 200, 'text/html', renderPage({ notes, actions, ...rest }));
	const action = actions[Number(/^\/actions\/(\d+)$/.exec(pathname)?.[1] ?? -1)];
	if (request.method === 'POST' && action) {
		if (!isOwnPage(request)) return reply(response, 403, 'text/plain', 'Only this page may press its buttons.\n');
		request.resume();
		notes.push({ atMs: Date.now(), text: await action.run().catch((error) => `That did not work: ${error.message}`) });
		response.writeHead(303, { location: '/' }).end();
		return;
	}
	reply(response, 404, 'text/plain', 'There is only the page / and the list /messages.\n');
}

/** Another web site that is open in the same browser must not press the buttons. */
function isOwnPage({ headers }) {
	return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}

function reply(response, status, type, body) {
	response.writeHead(status, {
		'content-type': `${type}; charset=utf-8`,
		'cache-control': 'no-store',
		'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'self'",
	});
	response.end(body);
}
