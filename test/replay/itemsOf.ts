import type { Execution } from '../../src/replay/execution';

/** All items that left a node by one output in an execution, over all its runs. */
export const itemsOf = (execution: Execution, node: string, output = 0) => (execution.nodes.get(node) ?? []).flatMap(({ outputs }) => outputs[output] ?? []);
