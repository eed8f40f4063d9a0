/** The cases of the script in AssemblyScript, on the one in Solidity: same messages, answers, refusals and objects. */
process.env.SHERD_ETH_TRANSFER = '../../eth-transfer-solidity/eth-transfer.evm';
await import('../../eth-transfer/test/receipts.test.ts');

export {};
