export { createNode, type Node, type RunningNode } from './node.ts';
export { type NodeOptions, SILENT } from './options.ts';
export { programVersion } from './version.ts';
