/** Loaded with `node --import` into a process that is measured: writes its peak memory (bytes) into $PEAK_MEMORY_FILE. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS * 1024)));
