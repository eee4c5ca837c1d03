import { answerInThread } from '../store/ownThread';
import { mineAt } from './offerThread';

/** The thread that mines what belongs together, and ends. */
answerInThread(mineAt);
