import { answerInThread } from '../store/ownThread';
import { calibrateAt } from './calibrationThread';

/** The thread that looks what a lead score was worth, and ends. */
answerInThread(calibrateAt);
