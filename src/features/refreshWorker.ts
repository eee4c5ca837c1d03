import { answerInThread } from '../store/ownThread';
import { refreshAt } from './refreshThread';

/** The thread that refreshes figures, and ends. */
answerInThread(refreshAt);
