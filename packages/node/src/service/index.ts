export { createNode, type Node, programVersion, type RunningNode } from './node.ts';
export { type NodeOptions, SILENT } from './options.ts';
