import path from 'node:path';
import { projectRoot } from './scripts';

/** Screenshots and logs of the last run, ignored by git, for people to look at. */
export const artifactsFolder = path.join(projectRoot, 'artifacts');
