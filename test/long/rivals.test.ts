import { fourProcesses } from '../store/support/rivalsTest';

fourProcesses(60, Number(process.env.FC_SEED ?? Date.now() % 100_000));
