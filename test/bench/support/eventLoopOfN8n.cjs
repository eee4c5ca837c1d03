/**
 * Loaded into n8n by NODE_OPTIONS: writes how late its event loop is, once a second, into EVENT_LOOP_FOLDER/<pid>.json. A file
 * `reset` in that folder starts the count anew.
 */
const { isMainThread } = require('node:worker_threads');
const { existsSync, statSync, writeFileSync, renameSync } = require('node:fs');
const path = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const folder = process.env.EVENT_LOOP_FOLDER;
// What n8n is started by, and what it starts itself, inherit the option and are not meant.
if (isMainThread && folder && path.basename(process.argv[1] ?? '') === 'n8n') {
	const RESOLUTION_MS = 1;
	const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	delay.enable();
	let resetAt = 0;
	const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
	setInterval(() => {
		const reset = path.join(folder, 'reset');
		const wanted = existsSync(reset) ? statSync(reset).mtimeMs : 0;
		if (wanted > resetAt) {
			resetAt = wanted;
			delay.reset();
		}
		const file = path.join(folder, `${process.pid}.json`);
		writeFileSync(`${file}.part`, JSON.stringify({ resetAt, median: late(delay.percentile(50)), p99: late(delay.percentile(99)), longest: late(delay.max), looks: delay.count }));
		renameSync(`${file}.part`, file);
	}, 1_000).unref();
}
